variable "bucket" {
  description = "The bucket's name, as the backends in environments/ have it."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$", var.bucket))
    error_message = "\"${var.bucket}\" is not a bucket's name: 3 to 63 lower case letters, digits and dashes."
  }
}

variable "project" {
  description = "The project's id."
  type        = string
  nullable    = false
}

variable "region" {
  description = "The bucket's location: the region of the jobs."
  type        = string
  nullable    = false
}
