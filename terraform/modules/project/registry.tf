# Container Registry is shut; its host name is served by the repository of this name in this location.
resource "google_artifact_registry_repository" "gcr" {
  #checkov:skip=CKV_GCP_84:The images hold public code and no data; Google's own encryption at rest is enough.
  project       = var.project
  location      = "us"
  repository_id = "gcr.io"
  format        = "DOCKER"

  cleanup_policies {
    id     = "delete-old-job-images"
    action = "DELETE"
    condition {
      older_than            = "7776000s"
      package_name_prefixes = [var.image_prefix]
      tag_state             = "ANY"
    }
  }

  # Outweighs the deletion: what runs now and what an operator may roll back to are among these.
  cleanup_policies {
    id     = "keep-recent-job-images"
    action = "KEEP"
    most_recent_versions {
      keep_count            = 30
      package_name_prefixes = [var.image_prefix]
    }
  }

  lifecycle {
    # What others have set in a repository that was there before stays as it is; the clean-up is ours alone.
    ignore_changes  = [cleanup_policy_dry_run, description, docker_config, kms_key_name, labels]
    prevent_destroy = true
  }

  depends_on = [google_project_service.api]
}
