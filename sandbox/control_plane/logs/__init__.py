"""Cloud Logging v2: what the executions wrote, and the filter language."""
