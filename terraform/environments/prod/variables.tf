variable "environment" {
  description = "The environment that the var-file is for: this folder's."
  type        = string
  nullable    = false

  validation {
    condition     = var.environment == local.environment
    error_message = "This folder is ${local.environment}'s, the variables are ${var.environment}'s: use -var-file=${local.environment}.tfvars here, or change to terraform/environments/${var.environment}."
  }
}

variable "image" {
  description = "The image of all jobs. bin/build-image writes it to image.auto.tfvars.json; empty before the first build."
  type        = string
  default     = ""
  nullable    = false
}

variable "notification_channels" {
  description = "Who is told when a job fails or misses its run: see modules/alerts."
  type        = map(object({ type = string, labels = map(string) }))
  default     = {}
  nullable    = false
}

variable "project" {
  description = "The project's id: the environment's, as environments.json has it."
  type        = string
  nullable    = false

  validation {
    condition     = var.project == module.catalog.environment.project
    error_message = "The project of ${local.environment} is ${module.catalog.environment.project}, not ${var.project}: see environments.json."
  }
}
