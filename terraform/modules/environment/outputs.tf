output "jobs" {
  description = "The Cloud Run jobs' full names, by short name."
  value       = module.jobs.jobs
}

output "triggers" {
  description = "The triggers' names and crons, by short name of the job they start."
  value       = module.jobs.triggers
}
