locals {
  _job_names = join("|", sort([for job in values(var.jobs) : job.full_name]))
  _series    = "monitored_resource=\"cloud_run_job\",project_id=\"${var.project}\",job_name=~\"${local._job_names}\""
  _durations = "logging_googleapis_com:user_${replace(google_logging_metric.duration.name, "/[^A-Za-z0-9_]/", "_")}"

  _charts = {
    "Runs a day" = {
      query = "sum by (job_name) (increase(run_googleapis_com:job_completed_execution_count{${local._series}}[1d]))"
      unit  = "{run}"
    }
    "Failures a day" = {
      query = "sum by (job_name) (increase(run_googleapis_com:job_completed_execution_count{${local._series},result=\"failed\"}[1d]))"
      unit  = "{failure}"
    }
    "Mean duration of a day" = {
      query = join(" / ", [
        "sum by (job_name) (increase(${local._durations}_sum{${local._series}}[1d]))",
        "sum by (job_name) (increase(${local._durations}_count{${local._series}}[1d]))",
      ])
      unit = "ms"
    }
  }
  _widgets = {
    for title, chart in local._charts : title => {
      title = title
      xyChart = {
        dataSets = [{
          plotType        = "LINE"
          timeSeriesQuery = { prometheusQuery = chart.query, unitOverride = chart.unit }
        }]
      }
    }
  }
  _chart_titles = ["Runs a day", "Failures a day", "Mean duration of a day"]
}

# Cloud Run has no metric of an execution's duration; each job's summary line has it.
resource "google_logging_metric" "duration" {
  project         = var.project
  name            = "${replace(var.name_prefix, "-", "_")}_job_duration"
  filter          = "resource.type=\"cloud_run_job\" AND resource.labels.job_name=~\"^(${local._job_names})$\" AND jsonPayload.event=\"summary\""
  value_extractor = "EXTRACT(jsonPayload.duration_ms)"

  metric_descriptor {
    metric_kind = "DELTA"
    value_type  = "DISTRIBUTION"
    unit        = "ms"
  }

  # From a millisecond to 4.7 hours: longer than any job may take.
  bucket_options {
    exponential_buckets {
      growth_factor      = 2
      num_finite_buckets = 24
      scale              = 1
    }
  }
}

resource "google_monitoring_dashboard" "jobs" {
  project = var.project

  dashboard_json = jsonencode({
    displayName = "${var.name_prefix}: scheduled jobs (${var.environment})"
    mosaicLayout = {
      columns = 48
      tiles = [
        for index, title in local._chart_titles : merge(
          { height = 16, width = 48, widget = local._widgets[title] },
          # A zero is left out, as the API leaves it out of its answer: else there would be a difference for ever.
          { for name, value in { yPos = index * 16 } : name => value if value != 0 },
        )
      ]
    }
  })
}
