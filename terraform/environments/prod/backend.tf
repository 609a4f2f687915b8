terraform {
  backend "gcs" {
    bucket = "cloudact-prod-terraform-state"
    prefix = "cloudact-jobs/prod"
  }
}

locals {
  # The folder decides: no other environment's variables can be applied here.
  environment = "prod"
}
