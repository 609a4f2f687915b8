# One account per job: what one may do, no other may.
resource "google_service_account" "job" {
  for_each = var.jobs

  project      = var.project
  account_id   = "${var.name_prefix}-${each.key}"
  display_name = "${var.environment}: runs ${each.value.full_name}"

  lifecycle {
    precondition {
      condition     = can(regex("^[a-z][-a-z0-9]{4,28}[a-z0-9]$", "${var.name_prefix}-${each.key}"))
      error_message = "${each.key}: its account ${var.name_prefix}-${each.key} has to have 6 to 30 lower case letters, digits and dashes: shorten or respell the job's short name."
    }

    precondition {
      condition     = each.key != "triggers"
      error_message = "${each.key}: no job can have this short name: ${var.name_prefix}-triggers is the account that starts the jobs."
    }
  }
}

resource "google_service_account" "triggers" {
  project      = var.project
  account_id   = "${var.name_prefix}-triggers"
  display_name = "${var.environment}: starts the scheduled jobs"
}
