"""The stand-in provider refuses, plans and applies as hashicorp/google and the cloud behind it do."""
