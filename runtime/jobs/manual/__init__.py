"""The manual jobs, one per file."""
