"""The commands of bin/, one file each."""
