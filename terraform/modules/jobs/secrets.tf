locals {
  _secret_uses = merge([
    for name, job in var.jobs : {
      for variable, secret_id in job.secrets : "${name}/${variable}" => { job = name, secret_id = secret_id }
    }
  ]...)
}

resource "google_secret_manager_secret_iam_member" "accessor" {
  for_each = local._secret_uses

  project   = var.project
  secret_id = each.value.secret_id
  role      = "roles/secretmanager.secretAccessor"
  member    = google_service_account.job[each.value.job].member

  lifecycle {
    precondition {
      condition     = can(regex("^[A-Za-z0-9_-]{1,255}$", each.value.secret_id))
      error_message = "${each.value.job}: the secret id \"${each.value.secret_id}\" has to have 1 to 255 letters, digits, dashes and underscores."
    }
  }
}
