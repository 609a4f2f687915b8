terraform {
  backend "gcs" {
    bucket = "cloudact-prod-terraform-state"
    prefix = "cloudact-jobs/prod"
  }
}
