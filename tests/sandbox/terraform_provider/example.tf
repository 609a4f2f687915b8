terraform {
  required_providers {
    google = {
      source  = "hashicorp/google"
      version = ">= 7.40, < 8"
    }
  }
}
provider "google" {
  project = "shop-one"
  region  = "us-central1"
}

resource "google_service_account" "sweeper" {
  account_id = "sweeper"
}
resource "google_secret_manager_secret_iam_member" "reads_key" {
  secret_id = "key"
  role      = "roles/secretmanager.secretAccessor"
  member    = google_service_account.sweeper.member
}
resource "google_cloud_run_v2_job" "sweep" {
  name                = "sweep"
  location            = "us-central1"
  labels              = { team = "shop" }
  deletion_protection = false
  template {
    template {
      service_account = google_service_account.sweeper.email
      timeout         = "900s"
      containers {
        image = "gcr.io/shop-one/jobs@sha256:1111111111111111111111111111111111111111111111111111111111111111"
        env {
          name = "KEY"
          value_source {
            secret_key_ref {
              secret  = "key"
              version = "latest"
            }
          }
        }
      }
    }
  }
  depends_on = [google_secret_manager_secret_iam_member.reads_key]
}
resource "google_cloud_scheduler_job" "nightly" {
  name     = "nightly"
  schedule = "0 1 * * *"
  http_target {
    uri         = "https://run.googleapis.com/v2/projects/shop-one/locations/us-central1/jobs/sweep:run"
    http_method = "POST"
    oauth_token {
      service_account_email = google_service_account.sweeper.email
    }
  }
}
