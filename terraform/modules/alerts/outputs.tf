output "dashboard" {
  description = "The dashboard's page in the console."
  value = join("", [
    "https://console.cloud.google.com/monitoring/dashboards/builder/",
    "${reverse(split("/", google_monitoring_dashboard.jobs.id))[0]}?project=${var.project}",
  ])
}

output "failed_run_queries" {
  description = "The PromQL of the failed-run alerts, by short name of the job."
  value       = local._failed_queries
}

output "missed_run_queries" {
  description = "The PromQL of the missed-run alerts, by short name of the job; none if the triggers are paused."
  value       = { for name in keys(local._watched_jobs) : name => local._missed_queries[name] }
}
