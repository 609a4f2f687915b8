"""A stand-in for the provider hashicorp/google."""
