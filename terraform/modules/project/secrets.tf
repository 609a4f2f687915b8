# Empty: the values are added by hand, so that none ever is in a variable, a plan or a state.
resource "google_secret_manager_secret" "secret" {
  for_each = var.secret_ids

  project   = var.project
  secret_id = each.value

  replication {
    auto {}
  }

  lifecycle {
    # What an older installation has set (replication, labels, rotation) stays as it is.
    ignore_changes  = all
    prevent_destroy = true
  }

  depends_on = [google_project_service.api]
}
