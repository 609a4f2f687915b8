output "addresses" {
  description = "The jobs' pages in the console, by short name."
  value = {
    for name, job in google_cloud_run_v2_job.job :
    name => "https://console.cloud.google.com/run/jobs/details/${var.region}/${job.name}/executions?project=${var.project}"
  }
}

output "jobs" {
  description = "The Cloud Run jobs' full names, by short name."
  value       = { for name, job in google_cloud_run_v2_job.job : name => job.name }
}

output "service_accounts" {
  description = "The e-mail addresses that the jobs run as, by short name, and with the key `triggers` the one that starts them."
  value = merge(
    { for name, account in google_service_account.job : name => account.email },
    { triggers = google_service_account.triggers.email },
  )
}

output "triggers" {
  description = "The triggers' names and crons, by short name of the job they start."
  value = {
    for name, trigger in google_cloud_scheduler_job.trigger :
    name => { name = trigger.name, schedule = trigger.schedule }
  }
}
