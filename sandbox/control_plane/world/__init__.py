"""What exists: applied by Terraform, or there before."""
