"""Terraform on a copy of the configuration, against the stand-in provider."""
