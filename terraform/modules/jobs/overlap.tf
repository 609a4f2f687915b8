# A job that must not overlap with itself looks for its own unfinished executions.
resource "google_project_iam_custom_role" "execution_reader" {
  project     = var.project
  role_id     = "${local._role_prefix}_execution_reader"
  title       = "${var.environment}: sees a job's executions"
  permissions = ["run.executions.get", "run.executions.list"]
}

resource "google_cloud_run_v2_job_iam_member" "execution_reader" {
  for_each = toset([for name, job in var.jobs : name if job.overlap == "forbid"])

  project  = var.project
  location = var.region
  name     = google_cloud_run_v2_job.job[each.key].name
  role     = google_project_iam_custom_role.execution_reader.id
  member   = google_service_account.job[each.key].member
}
