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
