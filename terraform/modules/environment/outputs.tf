output "addresses" {
  description = "The jobs' pages in the console, by short name."
  value       = module.jobs.addresses
}

output "dashboard" {
  description = "The dashboard's page in the console."
  value       = module.alerts.dashboard
}

output "jobs" {
  description = "The Cloud Run jobs' full names, by short name."
  value       = module.jobs.jobs
}

output "service_accounts" {
  description = "The e-mail addresses that the jobs run as, by short name, and with the key `triggers` the one that starts them."
  value       = module.jobs.service_accounts
}

output "triggers" {
  description = "The triggers' names and crons, by short name of the job they start."
  value       = module.jobs.triggers
}
