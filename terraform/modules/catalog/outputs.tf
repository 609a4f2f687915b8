output "environment" {
  description = "The environment's entry of environments.json, with its `name`, `image_prefix` and `image_repository`."
  value       = local.environment
}

output "jobs" {
  description = "The jobs of jobs.json by short name, with full names, secret ids and tasks of this environment."
  value       = local.jobs
}

output "project_secret_ids" {
  description = "The ids of all secrets that the environments of this project read."
  value       = local.project_secret_ids
}
