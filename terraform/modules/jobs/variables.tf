variable "deletion_protection" {
  description = "Whether Terraform refuses to delete the jobs."
  type        = bool
  nullable    = false
}

variable "environment" {
  description = "The environment's name, which the jobs find in ENVIRONMENT."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{0,62}$", var.environment))
    error_message = "\"${var.environment}\" cannot be a label: lower case letters, digits and dashes, 63 at most."
  }
}

variable "image" {
  description = "The image of all jobs, as REPOSITORY@sha256:DIGEST or, where tags are allowed, REPOSITORY:TAG; empty before the first build."
  type        = string
  nullable    = false

  validation {
    condition = anytrue([
      var.image == "",
      can(regex("@sha256:[0-9a-f]{64}$", var.image)),
      var.image_tag_allowed && can(regex("[^/]:[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$", var.image)) && !strcontains(var.image, "@"),
    ])
    error_message = "The image \"${var.image}\" has to be pinned as REPOSITORY@sha256:DIGEST${var.image_tag_allowed ? ", or REPOSITORY:TAG" : ": Cloud Run resolves a tag at each execution, so a moved tag would change the next run"}."
  }

  validation {
    condition     = var.image == "" || split("@", split(":", var.image)[0])[0] == var.image_repository
    error_message = "The image \"${var.image}\" is not one of ${var.image_repository}."
  }
}

variable "image_repository" {
  description = "Where the environment's images are, without tag and digest."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^gcr\\.io/[a-z0-9-]+/[a-z0-9._/-]+$", var.image_repository))
    error_message = "\"${var.image_repository}\" is not a repository: gcr.io/PROJECT/NAME."
  }
}

variable "image_tag_allowed" {
  description = "Whether the image may be named by a tag, which can move."
  type        = bool
  nullable    = false
}

variable "jobs" {
  description = "The jobs by short name: see modules/catalog. `cron` and `trigger_name` are null for a job that only people start; `secrets` maps environment variables to secret ids."
  type = map(object({
    cpu             = string
    cron            = optional(string)
    description     = string
    full_name       = string
    grants          = set(string)
    max_retries     = number
    memory          = string
    overlap         = string
    secrets         = map(string)
    tasks           = number
    timeout_seconds = number
    trigger_name    = optional(string)
    waits_for       = optional(set(string), [])
  }))
  nullable = false

  validation {
    condition     = alltrue([for name, job in var.jobs : can(regex("^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$", job.full_name))])
    error_message = "A job's full name has 1 to 63 lower case letters, digits and dashes, and starts with a letter."
  }

  validation {
    condition     = alltrue([for name, job in var.jobs : length("${var.name_prefix}-${name}") <= 30])
    error_message = "A service account's name, ${var.name_prefix}-JOB, has 30 characters at most: shorten the job's short name."
  }

  validation {
    condition     = alltrue([for name, job in var.jobs : job.timeout_seconds >= 1 && job.timeout_seconds <= 86400])
    error_message = "timeout_seconds is 1 to 86400: Cloud Run's limit for a task."
  }

  validation {
    condition     = alltrue([for name, job in var.jobs : job.max_retries >= 0 && job.max_retries <= 10])
    error_message = "max_retries is 0 to 10: Cloud Run's limit."
  }

  validation {
    condition     = alltrue([for name, job in var.jobs : job.tasks >= 1 && job.tasks <= 10000])
    error_message = "tasks is 1 to 10000: Cloud Run's limit."
  }

  validation {
    condition     = alltrue([for name, job in var.jobs : contains(["1", "2", "4", "8"], job.cpu)])
    error_message = "cpu is \"1\", \"2\", \"4\" or \"8\": a job has no less than one CPU."
  }

  validation {
    condition = alltrue([
      for name, job in var.jobs :
      can(regex("^[1-9][0-9]*(Mi|Gi)$", job.memory)) && !can(regex("^([0-9]{1,2}|[1-4][0-9]{2}|50[0-9]|51[01])Mi$", job.memory))
    ])
    error_message = "memory is given in Mi or Gi, at least \"512Mi\": Cloud Run's floor for a job."
  }

  validation {
    condition     = alltrue([for name, job in var.jobs : contains(["allow", "forbid"], job.overlap)])
    error_message = "overlap is \"allow\" or \"forbid\"."
  }

  validation {
    condition     = alltrue([for name, job in var.jobs : length(setsubtract(job.waits_for, keys(var.jobs))) == 0])
    error_message = "waits_for names jobs by their short names."
  }

  validation {
    condition     = alltrue([for name, job in var.jobs : length(setsubtract(job.grants, ["quota-table"])) == 0])
    error_message = "The only grant known is \"quota-table\": a new one needs a role in modules/jobs/quota_table.tf."
  }
}

variable "name_prefix" {
  description = "The start of every name, so that two environments can share a project."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z][a-z0-9]*(-[a-z0-9]+)*$", var.name_prefix))
    error_message = "\"${var.name_prefix}\" is not a prefix: lower case letters and digits, with single dashes between them."
  }
}

variable "project" {
  description = "The project's id."
  type        = string
  nullable    = false
}

variable "region" {
  description = "The region of the jobs and of their triggers."
  type        = string
  nullable    = false
}

variable "triggers_paused" {
  description = "Whether the triggers are made paused; afterwards bin/pause and bin/resume decide."
  type        = bool
  nullable    = false
}
