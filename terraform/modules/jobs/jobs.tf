locals {
  # The image's own entry point, said here too: a job has to start the same way whatever an image declares.
  _command = ["python", "-I", "-S", "/app/__main__.py"]
  _labels  = { application = "cloudact-jobs", environment = var.environment }
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
    }
  }

  lifecycle {
    # gcloud and the console leave their names here with every change they make.
    ignore_changes = [client, client_version]

    # Asked of the first job alone, so that it is said once; and where the accounts are still to be made only by the
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
