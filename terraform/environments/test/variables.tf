# What the var-file gives; each is checked and explained in modules/environment.
variable "encryption_key" {
  description = "The Cloud KMS key for the jobs: see modules/jobs."
  type        = string
  default     = ""
  nullable    = false
}

variable "environment" {
  description = "The environment that the var-file is for."
  type        = string
  nullable    = false
}

variable "image" {
  description = "The image of all jobs. bin/build-image writes it to image.auto.tfvars.json."
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
  description = "Who is told when a job fails or misses its run."
  type        = map(object({ type = string, labels = map(string) }))
  default     = {}
  nullable    = false
}

variable "project" {
  description = "The project's id."
  type        = string
  nullable    = false
}

variable "vpc_egress" {
  description = "Direct VPC egress of the jobs: see modules/jobs."
  type = object({
    egress     = optional(string)
    network    = optional(string)
    subnetwork = optional(string)
    tags       = optional(list(string))
  })
  default  = {}
  nullable = false
}
