# Cloud Run has no metric of an execution's duration; each job's summary line has it.
resource "google_logging_metric" "duration" {
  project         = var.project
  name            = "${replace(var.name_prefix, "-", "_")}_job_duration"
  filter          = "${local._log_entries} AND jsonPayload.event=\"summary\""
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
