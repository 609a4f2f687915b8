locals {
  _job_names   = join("|", sort([for job in values(var.jobs) : job.full_name]))
  _log_entries = "resource.type=\"cloud_run_job\" AND resource.labels.job_name=~\"^(${local._job_names})$\""
  _series      = "monitored_resource=\"cloud_run_job\",project_id=\"${var.project}\",job_name=~\"${local._job_names}\""
  _completed   = "run_googleapis_com:job_completed_execution_count{${local._series}"
  _durations   = "logging_googleapis_com:user_${replace(google_logging_metric.duration.name, "/[^A-Za-z0-9_]/", "_")}_bucket"

  # Seconds from now to a job's next tick: of this month's if it is still to come, else of the next month's.
  _seconds_to_tick = {
    for name, tick in local._ticks : name => (
      tick.day_of_month == null
      ? "86400 - (vector(time()) - ${tick.second_of_day}) % 86400"
      : join(" ", [
        "((${tick.day_of_month} - day_of_month()) * 86400 + ${tick.second_of_day} - time() % 86400 > 0)",
        "or ((${tick.day_of_month} - day_of_month() + days_in_month()) * 86400 + ${tick.second_of_day} - time() % 86400)",
      ])
    )
  }

  _queries = {
    last_success = join("", [
      "(time() - max by (job_name) (max_over_time(((sum by (job_name) (",
      "increase(${local._completed},result=\"succeeded\"}[30m])) > 0) * 0 + time())[31d:30m]))) / 3600",
    ])
    # Nothing if nothing is scheduled.
    next_tick = join(" or ", concat(["vector(0) < 0"], [
      for name, seconds in local._seconds_to_tick :
      "label_replace((${seconds}) / 3600, \"job_name\", \"${var.jobs[name].full_name}\", \"\", \"\")"
    ]))
    runs      = "sum by (job_name) (increase(${local._completed}}[1d]))"
    failures  = "sum by (job_name) (increase(${local._completed},result=\"failed\"}[1d]))"
    median    = "histogram_quantile(0.5, sum by (job_name, le) (increase(${local._durations}{${local._series}}[1d])))"
    long_tail = "histogram_quantile(0.95, sum by (job_name, le) (increase(${local._durations}{${local._series}}[1d])))"
  }

  _table = {
    for name, unit in { last_success = "h", next_tick = "h" } : name => {
      timeSeriesTable = {
        dataSets            = [{ timeSeriesQuery = { prometheusQuery = local._queries[name], unitOverride = unit } }]
        metricVisualization = "NUMBER"
      }
    }
  }
  _chart = {
    for name, unit in { runs = "{run}", failures = "{failure}", median = "ms", long_tail = "ms" } : name => {
      xyChart = {
        dataSets = [{
          plotType        = "LINE"
          timeSeriesQuery = { prometheusQuery = local._queries[name], unitOverride = unit }
        }]
      }
    }
  }
  # An incident list names a policy without its project.
  _policies = [
    for policy in concat(
      values(google_monitoring_alert_policy.failed_run),
      values(google_monitoring_alert_policy.failed_trigger),
      values(google_monitoring_alert_policy.missed_run),
    ) : trimprefix(policy.name, "projects/${var.project}/")
  ]

  # Row by row, two widgets in each.
  _widgets = [
    merge({ title = "Hours since the last success" }, local._table.last_success),
    merge({ title = "Hours to the next tick" }, local._table.next_tick),
    { title = "Open incidents", incidentList = { policyNames = local._policies } },
    { title = "Errors in the logs", logsPanel = { filter = "${local._log_entries} AND severity>=ERROR" } },
    merge({ title = "Runs a day" }, local._chart.runs),
    merge({ title = "Failures a day" }, local._chart.failures),
    merge({ title = "Median duration of a day" }, local._chart.median),
    merge({ title = "95th percentile of a day's durations" }, local._chart.long_tail),
  ]
}

resource "google_monitoring_dashboard" "jobs" {
  project = var.project

  dashboard_json = jsonencode({
    displayName = "${var.name_prefix}: scheduled jobs (${var.environment})"
    mosaicLayout = {
      columns = 48
      tiles = [
        for index, widget in local._widgets : merge(
          { height = 16, width = 24, widget = widget },
          # A zero is left out, as the API leaves it out of its answer: else there would be a difference for ever.
          { for name, value in { xPos = index % 2 * 24, yPos = floor(index / 2) * 16 } : name => value if value != 0 },
        )
      ]
    }
  })
}
