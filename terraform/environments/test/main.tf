terraform {
  required_version = ">= 1.9"

  required_providers {
    google = { source = "hashicorp/google", version = ">= 7.40, < 8" }
  }
}

provider "google" {
  project = var.project
}

module "environment" {
  source = "../../modules/environment"

  encryption_key = var.encryption_key
  environment    = var.environment
  # The folder's name: no other environment's variables can be applied here.
  folder                = basename(abspath(path.root))
  image                 = var.image
  labels                = var.labels
  notification_channels = var.notification_channels
  project               = var.project
  vpc_egress            = var.vpc_egress
}
