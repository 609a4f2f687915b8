locals {
  # The image's own entry point, said here too: a job starts the same way with any image.
  _command = ["python", "-I", "-S", "/app/__main__.py"]
  _labels  = merge(var.labels, { application = "cloudact-jobs", environment = var.environment })

  # https://cloud.google.com/run/docs/configuring/jobs/memory-limits, in MiB: what each number of CPUs can have.
  _memory_limits = {
    "1" = { least = 512, most = 4096 }
    "2" = { least = 512, most = 8192 }
    "4" = { least = 2048, most = 16384 }
    "6" = { least = 4096, most = 24576 }
    "8" = { least = 4096, most = 32768 }
  }
  _memory_form = "^[1-9][0-9]*(Mi|Gi)$"
  # 0 if the form is wrong: a separate check says so.
  _mebibytes = {
    for name, job in var.jobs : name => (
      can(regex(local._memory_form, job.memory))
      ? tonumber(regex("^[0-9]+", job.memory)) * (endswith(job.memory, "Gi") ? 1024 : 1)
      : 0
    )
  }
}

resource "google_cloud_run_v2_job" "job" {
  for_each = var.jobs

  project             = var.project
  location            = var.region
  name                = each.value.full_name
  deletion_protection = var.deletion_protection
  labels              = merge(local._labels, { job = each.key })

  template {
    labels = merge(local._labels, { job = each.key })
    # Unset means all at once: `run-job --tasks 10` of a job that has one task must not run them one by one.
    parallelism = each.value.tasks > 1 ? each.value.tasks : null
    task_count  = each.value.tasks

    template {
      encryption_key  = var.encryption_key == "" ? null : var.encryption_key
      max_retries     = each.value.max_retries
      service_account = google_service_account.job[each.key].email
      timeout         = "${each.value.timeout_seconds}s"

      containers {
        args    = [each.key]
        command = local._command
        image   = var.image

        dynamic "env" {
          for_each = {
            ENVIRONMENT         = var.environment
            GCP_PROJECT_ID      = var.project
            JOB_TIMEOUT_SECONDS = tostring(each.value.timeout_seconds)
          }
          content {
            name  = env.key
            value = env.value
          }
        }

        dynamic "env" {
          for_each = each.value.secrets
          content {
            name = env.key
            value_source {
              secret_key_ref {
                secret = env.value
                # Read when an execution starts: after a rotation the next run has the new value, with no apply.
                version = "latest"
              }
            }
          }
        }

        resources {
          limits = { cpu = each.value.cpu, memory = each.value.memory }
        }
      }

      dynamic "vpc_access" {
        for_each = var.vpc_egress.network == "" && var.vpc_egress.subnetwork == "" ? [] : [var.vpc_egress]
        content {
          egress = vpc_access.value.egress
          network_interfaces {
            network    = vpc_access.value.network == "" ? null : vpc_access.value.network
            subnetwork = vpc_access.value.subnetwork == "" ? null : vpc_access.value.subnetwork
            tags       = vpc_access.value.tags
          }
        }
      }
    }
  }

  lifecycle {
    # gcloud and the console leave their names here with every change they make.
    ignore_changes = [client, client_version]

    precondition {
      condition     = can(regex("^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$", each.value.full_name))
      error_message = "${each.key}: the full name \"${each.value.full_name}\" has to have 1 to 63 lower case letters, digits and dashes, and to start with a letter."
    }

    precondition {
      condition     = length([for job in var.jobs : job if job.full_name == each.value.full_name]) == 1
      error_message = "${each.key}: another job is called ${each.value.full_name} too: ${join(", ", [for name, job in var.jobs : name if job.full_name == each.value.full_name])}."
    }

    precondition {
      condition     = floor(each.value.timeout_seconds) == each.value.timeout_seconds && each.value.timeout_seconds >= 1 && each.value.timeout_seconds <= 604800
      error_message = "${each.key}: timeout_seconds is a whole number from 1 to 604800, Cloud Run's seven days for a task, not ${each.value.timeout_seconds}."
    }

    precondition {
      condition     = contains(range(11), each.value.max_retries)
      error_message = "${each.key}: max_retries is a whole number from 0 to 10, Cloud Run's limit, not ${each.value.max_retries}."
    }

    precondition {
      condition     = floor(each.value.tasks) == each.value.tasks && each.value.tasks >= 1 && each.value.tasks <= 10000
      error_message = "${each.key}: tasks is a whole number from 1 to 10000, Cloud Run's limit, not ${each.value.tasks}."
    }

    precondition {
      condition     = contains(keys(local._memory_limits), each.value.cpu)
      error_message = "${each.key}: cpu is one of ${join(", ", keys(local._memory_limits))}, not \"${each.value.cpu}\": a job has no less than one CPU."
    }

    precondition {
      condition     = local._mebibytes[each.key] >= 512
      error_message = "${each.key}: memory is given in Mi or Gi, at least 512Mi, Cloud Run's floor for a job, not \"${each.value.memory}\"."
    }

    precondition {
      condition = alltrue([
        for cpu, limits in local._memory_limits :
        local._mebibytes[each.key] >= limits.least && local._mebibytes[each.key] <= limits.most if cpu == each.value.cpu
      ])
      error_message = "${each.key}: ${each.value.memory} of memory does not go with cpu = \"${each.value.cpu}\": ${join("; ", [for cpu, limits in local._memory_limits : "${cpu} takes ${limits.least}Mi to ${limits.most}Mi"])}."
    }

    precondition {
      condition     = contains(["allow", "forbid"], each.value.overlap)
      error_message = "${each.key}: overlap is \"allow\" or \"forbid\", not \"${each.value.overlap}\"."
    }

    precondition {
      condition     = length(setsubtract(each.value.waits_for, keys(var.jobs))) == 0
      error_message = "${each.key}: waits_for names jobs by their short names, and ${join(", ", setsubtract(each.value.waits_for, keys(var.jobs)))} is none."
    }

    precondition {
      condition     = length(setsubtract(each.value.grants, ["quota-table"])) == 0
      error_message = "${each.key}: the only grant known is \"quota-table\", not \"${join("\", \"", setsubtract(each.value.grants, ["quota-table"]))}\": a new one needs a role in modules/jobs/quota_table.tf."
    }

    # Asked of the first job alone, so that it is said once; and if the accounts are still to be made only by the
    # apply, which knows their ids: what an environment will be can be planned before its first image.
    precondition {
      condition = anytrue([
        var.image != "",
        each.key != keys(var.jobs)[0],
        google_service_account.job[each.key].unique_id == "",
      ])
      error_message = "There is no image to run yet. bin/create-all-jobs ${var.environment} --prepare makes what it needs and says how to build it."
    }
  }

  # Cloud Run checks a new job's access to its secrets at once.
  depends_on = [google_secret_manager_secret_iam_member.accessor]
}
