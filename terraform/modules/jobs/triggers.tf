locals {
  _scheduled_jobs = { for name, job in var.jobs : name => job if job.cron != null }
}

# run.invoker starts a job as it is; it may not override arguments or environment.
resource "google_cloud_run_v2_job_iam_member" "invoker" {
  for_each = local._scheduled_jobs

  project  = var.project
  location = var.region
  name     = google_cloud_run_v2_job.job[each.key].name
  role     = "roles/run.invoker"
  member   = google_service_account.triggers.member
}

resource "google_cloud_scheduler_job" "trigger" {
  for_each = local._scheduled_jobs

  project          = var.project
  region           = var.region
  name             = each.value.trigger_name
  schedule         = each.value.cron
  time_zone        = "Etc/UTC"
  paused           = var.triggers_paused
  attempt_deadline = "180s"

  # Against a hiccup of the API at the one minute of the month. A start whose answer was lost is then repeated,
  # which every scheduled job bears: it is idempotent, or finds the other execution and skips.
  retry_config {
    retry_count          = 3
    min_backoff_duration = "30s"
    max_backoff_duration = "120s"
  }

  http_target {
    http_method = "POST"
    uri         = "https://run.googleapis.com/v2/${google_cloud_run_v2_job.job[each.key].id}:run"

    oauth_token {
      service_account_email = google_service_account.triggers.email
      scope                 = "https://www.googleapis.com/auth/cloud-platform"
    }
  }

  lifecycle {
    # bin/pause and bin/resume own them once the trigger exists; the description keeps the reason.
    ignore_changes = [description, paused]

    precondition {
      condition     = can(regex("^[0-9*,/-]+( [0-9*,/-]+){4}$", each.value.cron))
      error_message = "${each.key}: the cron \"${each.value.cron}\" has to have five fields (minute, hour, day of the month, month, day of the week) of digits and * , / -."
    }
  }

  depends_on = [google_cloud_run_v2_job_iam_member.invoker]
}
