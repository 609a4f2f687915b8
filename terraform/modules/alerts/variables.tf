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
    condition = alltrue([
      for name, job in var.jobs :
      job.cron == null || can(regex("^[0-5]?[0-9] ([01]?[0-9]|2[0-3]) (\\*|[1-9]|1[0-9]|2[0-8]) \\* \\*$", job.cron))
    ])
    error_message = "The missed-run alert knows crons that tick once a day (M H * * *) or once a month (M H D * *, D up to 28). Another one needs its period in missed_runs.tf."
  }
}

variable "name_prefix" {
  description = "The start of every name, so that two environments can share a project."
  type        = string
  nullable    = false
}

variable "notification_channels" {
  description = "Who is told, by name: channels of a type that needs no secret, with the labels of that type."
  type        = map(object({ type = string, labels = map(string) }))
  nullable    = false

  validation {
    condition = alltrue([
      for channel in values(var.notification_channels) : contains(["email", "google_chat", "pubsub", "sms"], channel.type)
    ])
    error_message = "A channel's type is email, google_chat, pubsub or sms: the others hold a secret, which would end in the state."
  }

  validation {
    condition = alltrue([
      for channel in values(var.notification_channels) :
      channel.type != "email" || can(regex("^[^@ ]+@[^@ ]+\\.[^@ ]+$", channel.labels.email_address))
    ])
    error_message = "A channel of type email needs labels = { email_address = \"NAME@DOMAIN\" }."
  }
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
