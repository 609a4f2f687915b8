"""What an environment has, against what the catalogue says."""
