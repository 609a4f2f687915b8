variable "encryption_key" {
  description = "The Cloud KMS key for the jobs: see modules/jobs."
  type        = string
  default     = ""
  nullable    = false
}

variable "environment" {
  description = "The environment that the values are for: the root's own."
  type        = string
  nullable    = false

  validation {
    condition     = var.environment == var.folder
    error_message = "This folder is ${var.folder}'s, the variables are ${var.environment}'s: use -var-file=${var.folder}.tfvars here, or change to terraform/environments/${var.environment}."
  }
}

variable "folder" {
  description = "The environment that the root's folder is for: no other one's values can be applied there."
  type        = string
  nullable    = false
}

variable "image" {
  description = "The image of all jobs; empty before the first build."
  type        = string
  default     = ""
  nullable    = false
}

variable "labels" {
  description = "Further labels for the jobs: see modules/jobs."
  type        = map(string)
  default     = {}
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
    error_message = "The project of ${var.environment} is ${module.catalog.environment.project}, not ${var.project}: see environments.json."
  }
}

variable "vpc_egress" {
  description = "Direct VPC egress of the jobs: see modules/jobs, which has the types of its members."
  type        = any
  default     = {}
  nullable    = false

  # A typed object would drop a member of another name, and the jobs would stay outside of the network.
  validation {
    condition     = length(setsubtract(keys(var.vpc_egress), ["egress", "network", "subnetwork", "tags"])) == 0
    error_message = "vpc_egress has the members egress, network, subnetwork and tags, not ${join(", ", setsubtract(keys(var.vpc_egress), ["egress", "network", "subnetwork", "tags"]))}."
  }
}
