# What the var-file gives; each is checked and explained in modules/environment.
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
