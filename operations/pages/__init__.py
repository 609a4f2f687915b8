"""What the pages that commands write have in common: one style, one layout, one calendar."""
