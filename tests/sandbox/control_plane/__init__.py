"""What the stand-in control plane does, answer by answer."""
