"""The monthly jobs, one per file."""
