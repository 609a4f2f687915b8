output "environment" {
  description = "The environment's entry of environments.json, with its `name`, `image_prefix` and `image_repository`."
  value       = local.environment

  precondition {
    condition     = length(local._namesake_environments) == 1
    error_message = "environments.json gives the prefix ${local.environment.name_prefix} in ${local.environment.project} to more than one environment: ${join(", ", local._namesake_environments)}."
  }

  precondition {
    condition     = length(local._owners) == 1
    error_message = "Exactly one environment of ${local.environment.project} owns it (owns_project in environments.json), not ${length(local._owners) == 0 ? "none" : join(" and ", local._owners)}: it makes what all of them share."
  }
}

output "jobs" {
  description = "The jobs of jobs.json by short name, with full names, secret ids and tasks of this environment."
  value       = local.jobs

  precondition {
    condition     = length(flatten(local._problems)) == 0
    error_message = "jobs.json: ${join("; ", flatten(local._problems))}."
  }

  precondition {
    condition     = alltrue([for jobs in values(local._namesake_jobs) : length(jobs) == 1])
    error_message = "jobs.json has more than one job of the name ${join(" and ", [for name, jobs in local._namesake_jobs : name if length(jobs) > 1])}."
  }

  precondition {
    condition     = length(local._shared_names) == 0 || length(local._namesake_environments) > 1
    error_message = "Another environment of ${local.environment.project} has jobs or accounts of these names too: ${join(", ", local._shared_names)}."
  }
}

output "project_secret_ids" {
  description = "The ids of all secrets that the environments of this project read."
  value       = local.project_secret_ids
}
