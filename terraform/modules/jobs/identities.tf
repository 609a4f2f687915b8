# One account per job: what one may do, no other may.
resource "google_service_account" "job" {
  for_each = var.jobs

  project      = var.project
  account_id   = "${var.name_prefix}-${each.key}"
  display_name = "${var.environment}: runs ${each.value.full_name}"
}

resource "google_service_account" "triggers" {
  project      = var.project
  account_id   = "${var.name_prefix}-triggers"
  display_name = "${var.environment}: starts the scheduled jobs"
}
