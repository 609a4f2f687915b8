variable "image_prefix" {
  description = "The start of the names of the images that the clean-up may delete; the registry holds other teams' images too."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z0-9][a-z0-9._-]{2,}$", var.image_prefix))
    error_message = "image_prefix needs at least three characters of an image's name: a shorter one would clean up foreign images."
  }
}

variable "project" {
  description = "The project's id."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{4,28}[a-z0-9]$", var.project))
    error_message = "\"${var.project}\" is not a project id: 6 to 30 lower case letters, digits and dashes."
  }
}

variable "secret_ids" {
  description = "The ids of the secrets to make, without any value."
  type        = set(string)
  nullable    = false

  validation {
    condition     = alltrue([for id in var.secret_ids : can(regex("^[A-Za-z0-9_-]{1,255}$", id))])
    error_message = "A secret id has 1 to 255 letters, digits, dashes and underscores, not ${jsonencode([for id in var.secret_ids : id if !can(regex("^[A-Za-z0-9_-]{1,255}$", id))])}."
  }
}
