# A job that must not overlap with itself, or with another one, looks for unfinished executions.
locals {
  _execution_readers = merge([
    for name, job in var.jobs : {
      for seen in setunion(job.waits_for, job.overlap == "forbid" ? [name] : []) :
      (seen == name ? name : "${name} sees ${seen}") => { reader = name, seen = seen }
    }
  ]...)
}

resource "google_project_iam_custom_role" "execution_reader" {
  project     = var.project
  role_id     = "${local._role_prefix}_execution_reader"
  title       = "${var.environment}: sees a job's executions"
  permissions = ["run.executions.get", "run.executions.list"]
}

resource "google_cloud_run_v2_job_iam_member" "execution_reader" {
  for_each = local._execution_readers

  project  = var.project
  location = var.region
  name     = google_cloud_run_v2_job.job[each.value.seen].name
  role     = google_project_iam_custom_role.execution_reader.id
  member   = google_service_account.job[each.value.reader].member
}
