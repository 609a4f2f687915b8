"""The Terraform configuration, proven against a stand-in of its provider."""
