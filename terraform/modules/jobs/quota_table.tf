locals {
  _quota_table      = "projects/${var.project}/datasets/organizations/tables/org_usage_quotas"
  _quota_table_jobs = toset([for name, job in var.jobs : name if contains(job.grants, "quota-table")])
  _role_prefix      = replace(var.name_prefix, "-", "_")
}

# What BigQuery asks of a DELETE besides the right to run a query.
resource "google_project_iam_custom_role" "quota_deleter" {
  project     = var.project
  role_id     = "${local._role_prefix}_quota_deleter"
  title       = "${var.environment}: deletes old quota records"
  permissions = ["bigquery.tables.getData", "bigquery.tables.updateData"]
}

resource "google_project_iam_member" "query_runner" {
  for_each = local._quota_table_jobs

  project = var.project
  role    = "roles/bigquery.jobUser"
  member  = google_service_account.job[each.key].member
}

# On the project under a condition, not on the table: bootstrap makes the table later than this.
resource "google_project_iam_member" "quota_deleter" {
  for_each = local._quota_table_jobs

  project = var.project
  role    = google_project_iam_custom_role.quota_deleter.id
  member  = google_service_account.job[each.key].member

  condition {
    title      = "only org_usage_quotas"
    expression = "resource.type == \"bigquery.googleapis.com/Table\" && resource.name == \"${local._quota_table}\""
  }
}
