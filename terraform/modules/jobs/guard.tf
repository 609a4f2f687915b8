# A protected job is torn down in parts: Cloud Run refuses to delete it only after its trigger and its grants are gone.
# These depend on all of it, so they would have to go first, and Terraform refuses that when it plans: a job that was
# dropped or renamed, another region, a destroy of any part. README.md has the safe order.
locals {
  _place = "projects/${var.project}/locations/${var.region}/jobs"
  _guarded = concat(
    [for name, job in var.jobs : "${name} job ${local._place}/${job.full_name}"],
    [for name, job in local._scheduled_jobs : "${name} trigger ${local._place}/${job.trigger_name}"],
  )
}

resource "terraform_data" "guard" {
  for_each = toset(var.deletion_protection ? local._guarded : [])

  lifecycle {
    prevent_destroy = true
  }

  depends_on = [
    google_cloud_run_v2_job.job,
    google_cloud_run_v2_job_iam_member.execution_reader,
    google_cloud_run_v2_job_iam_member.invoker,
    google_cloud_scheduler_job.trigger,
    google_project_iam_member.query_runner,
    google_project_iam_member.quota_deleter,
    google_secret_manager_secret_iam_member.accessor,
    google_service_account.job,
    google_service_account.triggers,
  ]
}
