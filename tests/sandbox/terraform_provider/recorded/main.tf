# The configuration that plan.json was recorded from, one of each kind of resource; its longer texts are read from there.
terraform {
  required_providers {
    google = {
      source  = "hashicorp/google"
      version = ">= 7.40, < 8"
    }
  }
}

provider "google" {
  project = local.project
  region  = "us-central1"
}

locals {
  project = "cloudact-testing-1"
  after   = { for address, plan in jsondecode(file("plan.json")).resources : address => plan.after }

  metric         = local.after["google_logging_metric.duration"]
  failed_run     = local.after["google_monitoring_alert_policy.failed_run"]
  missed_run     = local.after["google_monitoring_alert_policy.missed_run"]
  failed_trigger = local.after["google_monitoring_alert_policy.failed_trigger"]
  jobs           = { for name in ["migrate", "quota_cleanup"] : name => local.after["google_cloud_run_v2_job.${name}"] }
}

resource "google_logging_metric" "duration" {
  project         = local.project
  name            = local.metric.name
  filter          = local.metric.filter
  value_extractor = local.metric.value_extractor
  metric_descriptor {
    metric_kind = "DELTA"
    value_type  = "DISTRIBUTION"
    unit        = "ms"
  }
  bucket_options {
    exponential_buckets {
      growth_factor      = 2
      num_finite_buckets = 24
      scale              = 1
    }
  }
}

resource "google_monitoring_alert_policy" "failed_run" {
  project               = local.project
  display_name          = local.failed_run.display_name
  combiner              = "OR"
  severity              = "ERROR"
  notification_channels = []
  user_labels           = local.failed_run.user_labels
  conditions {
    display_name = local.failed_run.conditions[0].display_name
    condition_prometheus_query_language {
      query                     = local.failed_run.conditions[0].condition_prometheus_query_language[0].query
      duration                  = "0s"
      evaluation_interval       = "60s"
      disable_metric_validation = true
    }
  }
  documentation {
    mime_type = "text/markdown"
    subject   = local.failed_run.documentation[0].subject
    content   = local.failed_run.documentation[0].content
  }
}

resource "google_monitoring_alert_policy" "missed_run" {
  project               = local.project
  display_name          = local.missed_run.display_name
  combiner              = "OR"
  severity              = "CRITICAL"
  notification_channels = []
  user_labels           = local.missed_run.user_labels
  conditions {
    display_name = local.missed_run.conditions[0].display_name
    condition_prometheus_query_language {
      query                     = local.missed_run.conditions[0].condition_prometheus_query_language[0].query
      duration                  = "0s"
      evaluation_interval       = "300s"
      disable_metric_validation = true
    }
  }
  documentation {
    mime_type = "text/markdown"
    subject   = local.missed_run.documentation[0].subject
    content   = local.missed_run.documentation[0].content
  }
}

resource "google_monitoring_alert_policy" "failed_trigger" {
  project               = local.project
  display_name          = local.failed_trigger.display_name
  combiner              = "OR"
  severity              = "ERROR"
  notification_channels = []
  user_labels           = local.failed_trigger.user_labels
  conditions {
    display_name = local.failed_trigger.conditions[0].display_name
    condition_matched_log {
      filter = local.failed_trigger.conditions[0].condition_matched_log[0].filter
    }
  }
  alert_strategy {
    auto_close = "3600s"
    notification_rate_limit {
      period = "3600s"
    }
  }
  documentation {
    mime_type = "text/markdown"
    subject   = local.failed_trigger.documentation[0].subject
    content   = local.failed_trigger.documentation[0].content
  }
}

resource "google_monitoring_dashboard" "jobs" {
  project        = local.project
  dashboard_json = local.after["google_monitoring_dashboard.jobs"].dashboard_json
}

resource "google_service_account" "migrate" {
  project      = local.project
  account_id   = "cloudact-migrate"
  display_name = "stage: runs cloudact-manual-supabase-migrate"
}

resource "google_service_account" "quota_cleanup" {
  project      = local.project
  account_id   = "cloudact-quota-cleanup"
  display_name = "stage: runs cloudact-daily-quota-cleanup"
}

resource "google_service_account" "triggers" {
  project      = local.project
  account_id   = "cloudact-triggers"
  display_name = "stage: starts the scheduled jobs"
}

resource "google_cloud_run_v2_job" "migrate" {
  project             = local.project
  location            = "us-central1"
  name                = local.jobs.migrate.name
  deletion_protection = false
  labels              = local.jobs.migrate.labels
  template {
    labels      = local.jobs.migrate.labels
    parallelism = null
    task_count  = 1
    template {
      max_retries     = 0
      service_account = google_service_account.migrate.email
      timeout         = "900s"
      containers {
        args    = ["migrate"]
        command = ["python", "-I", "-S", "/app/__main__.py"]
        image   = local.jobs.migrate.template[0].template[0].containers[0].image
        env {
          name  = "ENVIRONMENT"
          value = "stage"
        }
        env {
          name  = "GCP_PROJECT_ID"
          value = local.project
        }
        env {
          name  = "JOB_TIMEOUT_SECONDS"
          value = "900"
        }
        env {
          name = "SUPABASE_ACCESS_TOKEN"
          value_source {
            secret_key_ref {
              secret  = "supabase-access-token-test"
              version = "latest"
            }
          }
        }
        resources {
          limits = { cpu = "1", memory = "512Mi" }
        }
      }
    }
  }
}

resource "google_cloud_run_v2_job" "quota_cleanup" {
  project             = local.project
  location            = "us-central1"
  name                = local.jobs.quota_cleanup.name
  deletion_protection = false
  labels              = local.jobs.quota_cleanup.labels
  template {
    labels      = local.jobs.quota_cleanup.labels
    parallelism = null
    task_count  = 1
    template {
      max_retries     = 1
      service_account = google_service_account.quota_cleanup.email
      timeout         = "1800s"
      containers {
        args    = ["quota-cleanup"]
        command = ["python", "-I", "-S", "/app/__main__.py"]
        image   = local.jobs.quota_cleanup.template[0].template[0].containers[0].image
        env {
          name  = "ENVIRONMENT"
          value = "stage"
        }
        env {
          name  = "GCP_PROJECT_ID"
          value = local.project
        }
        env {
          name  = "JOB_TIMEOUT_SECONDS"
          value = "1800"
        }
        resources {
          limits = { cpu = "1", memory = "512Mi" }
        }
      }
    }
  }
}

resource "google_project_iam_custom_role" "execution_reader" {
  project     = local.project
  role_id     = "cloudact_execution_reader"
  title       = "stage: sees a job's executions"
  permissions = ["run.executions.get", "run.executions.list"]
}

resource "google_project_iam_custom_role" "quota_deleter" {
  project     = local.project
  role_id     = "cloudact_quota_deleter"
  title       = "stage: deletes old quota records"
  permissions = ["bigquery.tables.getData", "bigquery.tables.updateData"]
}

resource "google_cloud_run_v2_job_iam_member" "execution_reader" {
  project  = local.project
  location = "us-central1"
  name     = google_cloud_run_v2_job.migrate.name
  role     = google_project_iam_custom_role.execution_reader.id
  member   = google_service_account.migrate.member
}

resource "google_cloud_run_v2_job_iam_member" "invoker" {
  project  = local.project
  location = "us-central1"
  name     = google_cloud_run_v2_job.quota_cleanup.name
  role     = "roles/run.invoker"
  member   = google_service_account.triggers.member
}

resource "google_project_iam_member" "query_runner" {
  project = local.project
  role    = "roles/bigquery.jobUser"
  member  = google_service_account.quota_cleanup.member
}

resource "google_project_iam_member" "quota_deleter" {
  project = local.project
  role    = google_project_iam_custom_role.quota_deleter.id
  member  = google_service_account.quota_cleanup.member
  condition {
    title      = "only org_usage_quotas"
    expression = local.after["google_project_iam_member.quota_deleter"].condition[0].expression
  }
}

resource "google_secret_manager_secret_iam_member" "accessor" {
  project   = local.project
  secret_id = "supabase-access-token-test"
  role      = "roles/secretmanager.secretAccessor"
  member    = google_service_account.migrate.member
}

resource "google_cloud_scheduler_job" "trigger" {
  project          = local.project
  region           = "us-central1"
  name             = "cloudact-daily-quota-cleanup-trigger"
  schedule         = "0 1 * * *"
  time_zone        = "Etc/UTC"
  paused           = false
  attempt_deadline = "180s"
  retry_config {
    retry_count          = 3
    min_backoff_duration = "30s"
    max_backoff_duration = "120s"
  }
  http_target {
    http_method = "POST"
    uri         = "https://run.googleapis.com/v2/${google_cloud_run_v2_job.quota_cleanup.id}:run"
    oauth_token {
      service_account_email = google_service_account.triggers.email
      scope                 = "https://www.googleapis.com/auth/cloud-platform"
    }
  }
}

resource "google_artifact_registry_repository" "gcr" {
  project       = local.project
  location      = "us"
  repository_id = "gcr.io"
  format        = "DOCKER"
  cleanup_policies {
    id     = "delete-old-job-images"
    action = "DELETE"
    condition {
      older_than            = "7776000s"
      package_name_prefixes = ["cloudact-jobs-"]
      tag_state             = "ANY"
    }
  }
  cleanup_policies {
    id     = "keep-recent-job-images"
    action = "KEEP"
    most_recent_versions {
      keep_count            = 30
      package_name_prefixes = ["cloudact-jobs-"]
    }
  }
}

resource "google_project_service" "run" {
  project            = local.project
  service            = "run.googleapis.com"
  disable_on_destroy = false
}

resource "google_secret_manager_secret" "token" {
  project   = local.project
  secret_id = "supabase-access-token-test"
  replication {
    auto {}
  }
}
