locals {
  _known_crons = "^[0-5]?[0-9] ([01]?[0-9]|2[0-3]) (\\*|[1-9]|1[0-9]|2[0-8]) \\* \\*$"

  _scheduled_jobs = { for name, job in var.jobs : name => job if job.cron != null }
  _watched_jobs   = var.triggers_paused ? {} : local._scheduled_jobs

  # The cron's fields: minute, hour, day of the month (null for every day).
  _ticks = {
    for name, job in local._scheduled_jobs : name => {
      second_of_day = tonumber(split(" ", job.cron)[0]) * 60 + tonumber(split(" ", job.cron)[1]) * 3600
      day_of_month  = split(" ", job.cron)[2] == "*" ? null : tonumber(split(" ", job.cron)[2])
    }
  }

  # How far back a success can count, and the step that a success is dated by: coarser for a month, to keep the query cheap.
  # And how long a tick is the last one: until the next day's, or the end of the shortest month.
  _lookbacks = {
    for name, tick in local._ticks : name => (
      tick.day_of_month == null
      ? { days = 1, step_minutes = 10, seconds = 86400 }
      : { days = 31, step_minutes = 30, seconds = (29 - tick.day_of_month) * 86400 - tick.second_of_day }
    )
  }

  # Seconds since the last tick; before a month's tick negative, and then no run is due yet.
  _seconds_since_tick = {
    for name, tick in local._ticks : name => (
      tick.day_of_month == null
      ? "(vector(time()) - ${tick.second_of_day}) % 86400"
      : "(day_of_month() - ${tick.day_of_month}) * 86400 + time() % 86400 - ${tick.second_of_day}"
    )
  }

  # All attempts may use their whole time, the start and the metric's delay take less than 5 minutes, and the step has to end.
  _grace_seconds = {
    for name, job in local._scheduled_jobs : name => (
      job.timeout_seconds * (job.max_retries + 1) + 300 + local._lookbacks[name].step_minutes * 60
    )
  }

  _last_success = {
    for name, lookback in local._lookbacks : name => join("", [
      "max_over_time(((sum(increase(${local._executions[name].succeeded}[${lookback.step_minutes}m])) > 0) * 0 + time())",
      "[${lookback.days}d:${lookback.step_minutes}m])",
    ])
  }

  # Due since the grace, and the tick no younger than the last success; if there is none, 1970 stands in for it, so
  # that the very first run can be missed too.
  _missed_queries = {
    for name in keys(local._scheduled_jobs) : name => join(" ", [
      "(${local._seconds_since_tick[name]} >= ${local._grace_seconds[name]})",
      "<= (time() - (${local._last_success[name]} or vector(0)))",
    ])
  }
}

resource "google_monitoring_alert_policy" "missed_run" {
  for_each = local._watched_jobs

  project               = var.project
  display_name          = "${each.value.full_name} missed its run"
  combiner              = "OR"
  severity              = "CRITICAL"
  notification_channels = [for channel in google_monitoring_notification_channel.channel : channel.id]
  user_labels           = local._labels[each.key]

  conditions {
    display_name = "No success of ${each.value.full_name} since its tick (${each.value.cron} UTC)"

    condition_prometheus_query_language {
      query               = local._missed_queries[each.key]
      duration            = "0s"
      evaluation_interval = "300s"
      # The series begins with the first success, which may be the one that is missing.
      disable_metric_validation = true
    }
  }

  documentation {
    mime_type = "text/markdown"
    subject   = "${var.environment}: ${each.key} missed its run"
    content   = <<-EOT
      **${each.key}** (${each.value.full_name}) of ${var.environment} has not succeeded since it was due (`${each.value.cron}` UTC): its trigger is paused or failed, or its runs did. ${each.value.description}

      See what happened: `bin/list-jobs ${var.environment} ${each.key}`. Run it now: `bin/run-job ${var.environment} ${each.key}`.${local._ticks[each.key].day_of_month == null ? "" : " Do so today: on another day of the month the run resets nothing."}

      What it does and what to check: docs/runbook.md#${each.key}
    EOT
  }

  lifecycle {
    precondition {
      condition     = local._grace_seconds[each.key] < local._lookbacks[each.key].seconds
      error_message = "${each.key}: a missed run is told ${local._grace_seconds[each.key]} seconds after its tick, once all attempts have used their time, and has to be told within ${local._lookbacks[each.key].seconds}: lower timeout_seconds or max_retries."
    }
  }
}
