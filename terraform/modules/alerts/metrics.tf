locals {
  # Each environment of each project has its own series, even if one scope watches several projects.
  _executions = {
    for name, job in var.jobs : name => {
      for result in ["succeeded", "failed"] : result => join("", [
        "run_googleapis_com:job_completed_execution_count{monitored_resource=\"cloud_run_job\",project_id=\"${var.project}\",",
        "location=\"${var.region}\",job_name=\"${job.full_name}\",result=\"${result}\"}",
      ])
    }
  }

  _labels = { for name, job in var.jobs : name => { environment = var.environment, job = name } }
}
