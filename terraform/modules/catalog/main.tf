# The two catalogs at the top of the repository, as one environment sees them. Makes nothing.
locals {
  _catalog      = jsondecode(file("${var.root}/jobs.json"))
  _environments = jsondecode(file("${var.root}/environments.json"))

  # One image name per environment, in the registry that its project serves under gcr.io.
  _image_prefix = "cloudact-jobs-"

  environment = merge(local._environments[var.environment], {
    image_prefix     = local._image_prefix
    image_repository = "gcr.io/${local._environments[var.environment].project}/${local._image_prefix}${var.environment}"
    name             = var.environment
  })

  # secret_ids["stage"]["CA_ROOT_API_KEY"]: what the secret is called there.
  _secret_ids = {
    for name, environment in local._environments : name => {
      for variable, base in local._catalog.secrets :
      variable => lookup(environment.secret_names, variable, "${base}${environment.secret_suffix}")
    }
  }

  # What is wrong with the form of each job: the output refuses it by the job's name, before Terraform stumbles over it.
  _secrets = keys(local._catalog.secrets)
  _problems = [
    for job in local._catalog.jobs : [
      for member, kind in merge(
        { for text in local._texts : text => can(regex("", job[text])) ? "" : "a text" },
        { for number in local._numbers : number => can(job[number] + 0) ? "" : "a number" },
        { for list in local._lists : list => can(join("", job[list])) ? "" : "a list" },
        { cron = can(job.cron) ? "" : "a text or null" },
        { secrets = try(length(setsubtract(job.secrets, local._secrets)) == 0, false) ? "" : "a list of ${join(", ", local._secrets)}" },
        { tasks = can(job.tasks[var.environment] + 0) ? "" : "a number for ${var.environment}" },
      ) : "${try(job.name, jsonencode(job))}: ${member} has to be ${kind}" if kind != ""
    ]
  ]
  _texts   = ["cloud_run_job", "cpu", "description", "memory", "name", "overlap"]
  _numbers = ["max_retries", "timeout_seconds"]
  _lists   = ["grants", "waits_for"]

  # Of two jobs with one name the first counts: the output refuses them too.
  _namesake_jobs = { for index, job in local._catalog.jobs : job.name => job... if length(local._problems[index]) == 0 }
  _jobs          = { for name, jobs in local._namesake_jobs : name => jobs[0] }

  _neighbors = {
    for name, environment in local._environments : name => environment
    if environment.project == local.environment.project
  }
  _namesake_environments = [
    for name, environment in local._neighbors : name if environment.name_prefix == local.environment.name_prefix
  ]
  _owners = [for name, environment in local._neighbors : name if environment.owns_project]

  # The jobs and accounts of each: a job "test-x" of one prefix could be test's own "x".
  _names = {
    for name, environment in local._neighbors : name => concat(
      [for job in values(local._jobs) : "${environment.name_prefix}-${job.cloud_run_job}"],
      [for short_name in concat(keys(local._jobs), ["triggers"]) : "${environment.name_prefix}-${short_name}"],
    )
  }
  _foreign_names = flatten([for name, names in local._names : names if name != var.environment])
  _shared_names  = setintersection(local._names[var.environment], local._foreign_names)

  jobs = {
    for name, job in local._jobs : name => {
      cpu             = job.cpu
      cron            = job.cron
      description     = job.description
      full_name       = "${local.environment.name_prefix}-${job.cloud_run_job}"
      grants          = job.grants
      max_retries     = job.max_retries
      memory          = job.memory
      overlap         = job.overlap
      secrets         = { for variable in toset(job.secrets) : variable => local._secret_ids[var.environment][variable] }
      tasks           = job.tasks[var.environment]
      timeout_seconds = job.timeout_seconds
      trigger_name    = job.cron == null ? null : "${local.environment.name_prefix}-${job.cloud_run_job}-trigger"
      waits_for       = job.waits_for
    }
  }

  # Every environment of the project, since one of them makes the secrets for all.
  project_secret_ids = distinct(flatten([
    for name, environment in local._environments : values(local._secret_ids[name])
    if environment.project == local.environment.project
  ]))
}
