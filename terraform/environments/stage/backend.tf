terraform {
  backend "gcs" {
    bucket = "cloudact-testing-1-terraform-state"
    prefix = "cloudact-jobs/stage"
  }
}
