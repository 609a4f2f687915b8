variable "environment" {
  description = "The environment's name."
  type        = string
  nullable    = false
}

variable "jobs" {
  description = "The jobs to watch by short name: see modules/catalog. A job with a `cron` is missed when it does not succeed."
  type = map(object({
    cron            = optional(string)
    description     = string
    full_name       = string
    max_retries     = number
    timeout_seconds = number
    trigger_name    = optional(string)
  }))
  nullable = false

  validation {
    condition     = alltrue([for job in values(var.jobs) : job.cron == null || can(regex(local._known_crons, job.cron))])
    error_message = "The missed-run alert knows crons that tick once a day (M H * * *) or once a month (M H D * *, D up to 28), not ${join(", ", [for name, job in var.jobs : "${name}'s \"${job.cron}\"" if job.cron != null && !can(regex(local._known_crons, job.cron))])}. Another one needs its period in modules/alerts/missed_runs.tf."
  }
}

variable "name_prefix" {
  description = "The start of every name, so that two environments can share a project."
  type        = string
  nullable    = false
}

variable "notification_channels" {
  description = "Who is told, by name: channels of a type that needs no secret, with the label of that type."
  type        = map(object({ type = string, labels = map(string) }))
  nullable    = false
}

variable "project" {
  description = "The project's id."
  type        = string
  nullable    = false
}

variable "region" {
  description = "The region of the jobs."
  type        = string
  nullable    = false
}

variable "triggers_paused" {
  description = "Whether the triggers are meant to be paused: then no run can be missed."
  type        = bool
  nullable    = false
}
