terraform {
  required_version = ">= 1.9"

  # Its file is given at init.
  backend "local" {}

  required_providers {
    google = {
      source  = "hashicorp/google"
      version = ">= 7.40, < 8"
    }
  }
}

# An import by the bucket's name takes the project from here: with none in the state, the next apply would replace the bucket.
provider "google" {
  project = var.project
}
