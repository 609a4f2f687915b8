terraform {
  backend "gcs" {
    bucket = "cloudact-testing-1-terraform-state"
    prefix = "cloudact-jobs/test"
  }
}

locals {
  # The folder decides: no other environment's variables can be applied here.
  environment = "test"
}
