# What the var-file gives. modules/environment checks it, and has the default of what is null.
variable "encryption_key" {
  description = "The Cloud KMS key for the jobs."
  type        = string
  default     = null
}

variable "environment" {
  description = "The environment that the var-file is for."
  type        = string
}

variable "image" {
  description = "The image of all jobs. bin/build-image writes it to image.auto.tfvars.json."
  type        = string
  default     = null
}

variable "labels" {
  description = "Further labels for the jobs."
  type        = map(string)
  default     = null
}

variable "notification_channels" {
  description = "Who is told when a job fails or misses its run."
  type        = map(object({ type = string, labels = map(string) }))
  default     = null
}

variable "project" {
  description = "The project's id."
  type        = string
}

variable "vpc_egress" {
  description = "Direct VPC egress of the jobs."
  type        = any
  default     = null
}
