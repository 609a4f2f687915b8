variable "environment" {
  description = "The environment's name in environments.json."
  type        = string
  nullable    = false

  validation {
    condition     = contains(keys(local._environments), var.environment)
    error_message = "\"${var.environment}\" is not an environment of environments.json; those are: ${join(", ", sort(keys(local._environments)))}."
  }
}

variable "root" {
  description = "The folder that has jobs.json and environments.json."
  type        = string
  nullable    = false
}
