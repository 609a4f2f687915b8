output "jobs" {
  description = "The Cloud Run jobs' full names, by short name."
  value       = { for name, job in google_cloud_run_v2_job.job : name => job.name }
}

output "service_accounts" {
  description = "The e-mail addresses that the jobs run as, by short name."
  value       = { for name, account in google_service_account.job : name => account.email }
}

output "triggers" {
  description = "The triggers' names and crons, by short name of the job they start."
  value = {
    for name, trigger in google_cloud_scheduler_job.trigger :
    name => { name = trigger.name, schedule = trigger.schedule }
  }
}
