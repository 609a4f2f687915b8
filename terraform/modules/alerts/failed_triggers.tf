# Cloud Scheduler has no metric for this; it writes an ERROR entry for an attempt that was not accepted.
resource "google_monitoring_alert_policy" "failed_trigger" {
  for_each = local._scheduled_jobs

  project               = var.project
  display_name          = "${each.value.trigger_name} failed"
  combiner              = "OR"
  severity              = "ERROR"
  notification_channels = [for channel in google_monitoring_notification_channel.channel : channel.id]
  user_labels           = local._labels[each.key]

  conditions {
    display_name = "${each.value.trigger_name} could not start its job"

    condition_matched_log {
      filter = join(" AND ", [
        "resource.type=\"cloud_scheduler_job\"",
        "resource.labels.job_id=\"${each.value.trigger_name}\"",
        "resource.labels.location=\"${var.region}\"",
        "severity>=ERROR",
      ])
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
    subject   = "${var.environment}: the trigger of ${each.key} failed"
    content   = <<-EOT
      The trigger of **${each.key}**, ${each.value.trigger_name} of ${var.environment}, was refused when it started the job: the job is missing, or the account ${var.name_prefix}-triggers may not run it. It tries three more times.

      See what is wrong: `bin/doctor ${var.environment}`. Run the job by hand: `bin/run-job ${var.environment} ${each.key}`.

      More: docs/runbook.md#${each.key}
    EOT
  }
}
