variable "deletion_protection" {
  description = "Whether Terraform refuses to delete the jobs."
  type        = bool
  nullable    = false
}

variable "encryption_key" {
  description = "The Cloud KMS key that encrypts the jobs' images and environment, empty for Google's own. Cloud Run's service agent needs roles/cloudkms.cryptoKeyEncrypterDecrypter on it."
  type        = string
  default     = ""
  nullable    = false

  validation {
    condition     = var.encryption_key == "" || can(regex("^projects/[^/]+/locations/${var.region}/keyRings/[^/]+/cryptoKeys/[^/]+$", var.encryption_key))
    error_message = "The key \"${var.encryption_key}\" is not one of ${var.region}: projects/PROJECT/locations/${var.region}/keyRings/RING/cryptoKeys/KEY."
  }
}

variable "environment" {
  description = "The environment's name, which the jobs find in ENVIRONMENT."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{0,62}$", var.environment))
    error_message = "\"${var.environment}\" cannot be a label: lower case letters, digits and dashes, 63 at most."
  }
}

variable "image" {
  description = "The image of all jobs, as REPOSITORY@sha256:DIGEST or, if tags are allowed, REPOSITORY:TAG; empty before the first build."
  type        = string
  nullable    = false

  validation {
    condition = anytrue([
      var.image == "",
      can(regex("@sha256:[0-9a-f]{64}$", var.image)),
      var.image_tag_allowed && can(regex("[^/]:[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$", var.image)) && !strcontains(var.image, "@"),
    ])
    error_message = "The image \"${var.image}\" has to be pinned as REPOSITORY@sha256:DIGEST${var.image_tag_allowed ? ", or REPOSITORY:TAG" : ": Cloud Run resolves a tag at each execution, so a moved tag would change the next run"}."
  }

  validation {
    condition     = var.image == "" || split("@", split(":", var.image)[0])[0] == var.image_repository
    error_message = "The image \"${var.image}\" is not one of ${var.image_repository}."
  }
}

variable "image_repository" {
  description = "Where the environment's images are, without tag and digest."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^gcr\\.io/[a-z0-9-]+/[a-z0-9._/-]+$", var.image_repository))
    error_message = "\"${var.image_repository}\" is not a repository: gcr.io/PROJECT/NAME."
  }
}

variable "image_tag_allowed" {
  description = "Whether the image may be named by a tag, which can move."
  type        = bool
  nullable    = false
}

variable "jobs" {
  description = "The jobs by short name: see modules/catalog. `cron` and `trigger_name` are null for a job that only people start; `secrets` maps environment variables to secret ids."
  type = map(object({
    cpu             = string
    cron            = optional(string)
    description     = string
    full_name       = string
    grants          = set(string)
    max_retries     = number
    memory          = string
    overlap         = string
    secrets         = map(string)
    tasks           = number
    timeout_seconds = number
    trigger_name    = optional(string)
    waits_for       = optional(set(string), [])
  }))
  nullable = false
}

variable "labels" {
  description = "Further labels for the jobs and their executions, such as a cost center; application, environment and job are taken."
  type        = map(string)
  default     = {}
  nullable    = false

  validation {
    condition     = length(setintersection(keys(var.labels), ["application", "environment", "job"])) == 0
    error_message = "The labels application, environment and job are set already: ${join(", ", keys(var.labels))}."
  }

  validation {
    condition     = alltrue([for name, value in var.labels : can(regex("^[a-z][a-z0-9_-]{0,62}=[a-z0-9_-]{0,63}$", "${name}=${value}"))])
    error_message = "A label has lower case letters, digits, dashes and underscores, 63 at most, and its name starts with a letter: ${jsonencode(var.labels)}."
  }

  validation {
    condition     = length(var.labels) <= 60
    error_message = "There are ${length(var.labels)} further labels. A job has 64 at most: 60 beside ours and the provider's."
  }
}

variable "name_prefix" {
  description = "The start of every name, so that two environments can share a project."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z][a-z0-9]*(-[a-z0-9]+)*$", var.name_prefix))
    error_message = "\"${var.name_prefix}\" is not a prefix: lower case letters and digits, with single dashes between them."
  }
}

variable "project" {
  description = "The project's id."
  type        = string
  nullable    = false
}

variable "region" {
  description = "The region of the jobs and of their triggers."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z]+-[a-z]+[0-9]+$", var.region))
    error_message = "\"${var.region}\" is not a region: us-central1, for example. A zone (us-central1-a) or a multi-region (us) is none."
  }
}

variable "triggers_paused" {
  description = "Whether the triggers are made paused; afterwards bin/pause and bin/resume decide."
  type        = bool
  nullable    = false
}

variable "vpc_egress" {
  description = "Direct VPC egress: a network or a subnetwork of the region, network tags, and which traffic goes there; none by default."
  type = object({
    egress     = optional(string, "PRIVATE_RANGES_ONLY")
    network    = optional(string, "")
    subnetwork = optional(string, "")
    tags       = optional(list(string), [])
  })
  default  = {}
  nullable = false

  validation {
    condition     = contains(["ALL_TRAFFIC", "PRIVATE_RANGES_ONLY"], var.vpc_egress.egress)
    error_message = "vpc_egress.egress is ALL_TRAFFIC or PRIVATE_RANGES_ONLY, not \"${var.vpc_egress.egress}\"."
  }

  validation {
    condition     = var.vpc_egress.network != "" || var.vpc_egress.subnetwork != "" || length(var.vpc_egress.tags) == 0 && var.vpc_egress.egress == "PRIVATE_RANGES_ONLY"
    error_message = "vpc_egress needs a network or a subnetwork."
  }

  validation {
    condition = alltrue([
      can(regex("^((projects/[^/]+/global/networks/)?[a-z]([-a-z0-9]{0,61}[a-z0-9])?)?$", var.vpc_egress.network)),
      can(regex("^((projects/[^/]+/regions/${var.region}/subnetworks/)?[a-z]([-a-z0-9]{0,61}[a-z0-9])?)?$", var.vpc_egress.subnetwork)),
    ])
    error_message = "vpc_egress.network is NAME or projects/PROJECT/global/networks/NAME, not \"${var.vpc_egress.network}\", and subnetwork NAME or projects/PROJECT/regions/${var.region}/subnetworks/NAME, not \"${var.vpc_egress.subnetwork}\"."
  }

  validation {
    condition     = alltrue([for tag in var.vpc_egress.tags : can(regex("^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$", tag))])
    error_message = "A network tag has 1 to 63 lower case letters, digits and dashes, and starts with a letter: ${jsonencode(var.vpc_egress.tags)}."
  }
}
