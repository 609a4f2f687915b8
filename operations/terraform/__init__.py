"""Terraform as the operators' commands run it."""
