"""The images of the jobs: built, promoted, chosen."""
