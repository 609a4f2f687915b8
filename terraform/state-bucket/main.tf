# The bucket that keeps the states has nowhere to keep its own: bin/create-all-jobs ENV --prepare adopts it
# if it exists, makes it if it does not, and forgets the state.
resource "google_storage_bucket" "state" {
  #checkov:skip=CKV_GCP_62:Admin activity in the audit log tells who changed the state; access logs would need a second bucket.
  name     = var.bucket
  project  = var.project
  location = var.region

  public_access_prevention    = "enforced"
  uniform_bucket_level_access = true

  versioning {
    enabled = true
  }

  # Fifty applies can be undone.
  lifecycle_rule {
    action {
      type = "Delete"
    }
    condition {
      num_newer_versions = 50
      with_state         = "ARCHIVED"
    }
  }

  lifecycle {
    # A bucket that others have made stays as it is: another location would mean to replace it.
    ignore_changes  = all
    prevent_destroy = true
  }
}
