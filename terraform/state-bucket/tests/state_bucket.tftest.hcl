provider "google" {
  project = "example-project"
}

variables {
  bucket  = "example-project-terraform-state"
  project = "example-project"
  region  = "us-central1"
}

run "states_are_private_and_can_be_brought_back" {
  command = plan

  assert {
    condition     = google_storage_bucket.state.public_access_prevention == "enforced" && google_storage_bucket.state.uniform_bucket_level_access
    error_message = "Nobody outside the project reads a state."
  }

  assert {
    condition     = google_storage_bucket.state.versioning[0].enabled
    error_message = "An earlier state can be brought back."
  }
}

run "a_name_with_capitals_is_refused" {
  command = plan
  variables {
    bucket = "Example"
  }
  expect_failures = [var.bucket]
}
