locals {
  _failed_queries = {
    for name, job in var.jobs : name => "sum(increase(${local._executions[name].failed}[10m])) > 0"
  }
}

resource "google_monitoring_alert_policy" "failed_run" {
  for_each = var.jobs

  project               = var.project
  display_name          = "${each.value.full_name} failed"
  combiner              = "OR"
  severity              = "ERROR"
  notification_channels = [for channel in google_monitoring_notification_channel.channel : channel.id]
  user_labels           = local._labels[each.key]

  conditions {
    display_name = "An execution of ${each.value.full_name} failed"

    condition_prometheus_query_language {
      query               = local._failed_queries[each.key]
      duration            = "0s"
      evaluation_interval = "60s"
      # The series begins with the first failure.
      disable_metric_validation = true
    }
  }

  documentation {
    mime_type = "text/markdown"
    subject   = "${var.environment}: ${each.key} failed"
    content   = <<-EOT
      **${each.key}** (${each.value.full_name}) of ${var.environment} failed, after its retries. ${each.value.description}

      See why: `bin/list-jobs ${var.environment} ${each.key}`. Run it again: `bin/run-job ${var.environment} ${each.key}`.

      What each exit status means: docs/runbook.md#${each.key}
    EOT
  }
}
