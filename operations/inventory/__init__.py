"""What an environment has, against what the catalog says."""
