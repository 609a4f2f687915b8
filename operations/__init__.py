"""What the commands of bin/ are made of."""
