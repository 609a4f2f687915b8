output "jobs" {
  description = "The Cloud Run jobs' full names, by short name."
  value       = module.environment.jobs
}

output "triggers" {
  description = "The triggers' names and crons, by short name of the job they start."
  value       = module.environment.triggers
}
