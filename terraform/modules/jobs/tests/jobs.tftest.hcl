provider "google" {
  project = "example-project"
  region  = "us-central1"
}

variables {
  deletion_protection = false
  environment         = "example"
  image               = "gcr.io/example-project/example-jobs@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
  image_repository    = "gcr.io/example-project/example-jobs"
  image_tag_allowed   = false
  name_prefix         = "example"
  project             = "example-project"
  region              = "us-central1"
  triggers_paused     = false
  jobs = {
    nightly = {
      cpu             = "1"
      cron            = "30 3 * * *"
      description     = "Works at night."
      full_name       = "example-nightly"
      grants          = ["quota-table"]
      max_retries     = 2
      memory          = "512Mi"
      overlap         = "forbid"
      secrets         = { API_KEY = "example-api-key" }
      tasks           = 3
      timeout_seconds = 600
      trigger_name    = "example-nightly-trigger"
    }
    by-hand = {
      cpu             = "1"
      description     = "Waits for people."
      full_name       = "example-by-hand"
      grants          = []
      max_retries     = 0
      memory          = "1Gi"
      overlap         = "allow"
      secrets         = {}
      tasks           = 1
      timeout_seconds = 60
    }
  }
}

run "every_job_is_made_as_declared" {
  command = plan

  assert {
    condition     = keys(google_cloud_run_v2_job.job) == ["by-hand", "nightly"]
    error_message = "One Cloud Run job per declared job."
  }

  assert {
    condition = (
      google_cloud_run_v2_job.job["nightly"].template[0].task_count == 3 &&
      google_cloud_run_v2_job.job["nightly"].template[0].parallelism == 3
    )
    error_message = "All tasks of an execution run at once."
  }

  assert {
    condition = (
      google_cloud_run_v2_job.job["nightly"].template[0].template[0].timeout == "600s" &&
      google_cloud_run_v2_job.job["nightly"].template[0].template[0].max_retries == 2
    )
    error_message = "Timeout and retries are the declared ones."
  }
}

run "only_scheduled_jobs_have_a_trigger" {
  command = plan

  assert {
    condition     = { for name, trigger in google_cloud_scheduler_job.trigger : name => trigger.schedule } == { nightly = "30 3 * * *" }
    error_message = "One trigger per job with a cron."
  }

  assert {
    condition     = keys(google_cloud_run_v2_job_iam_member.invoker) == ["nightly"]
    error_message = "The triggers' account may start the scheduled jobs alone."
  }
}

run "grants_follow_the_declaration" {
  command = plan

  assert {
    condition     = keys(google_secret_manager_secret_iam_member.accessor) == ["nightly/API_KEY"]
    error_message = "A secret is readable by the jobs that declare it."
  }

  assert {
    condition     = keys(google_project_iam_member.quota_deleter) == ["nightly"] && keys(google_project_iam_member.query_runner) == ["nightly"]
    error_message = "The quota table is open to the jobs that declare it."
  }

  assert {
    condition     = keys(google_cloud_run_v2_job_iam_member.execution_reader) == ["nightly"]
    error_message = "A job that must not overlap sees its own executions."
  }
}

run "a_tag_is_accepted_where_allowed" {
  command = plan
  variables {
    image             = "gcr.io/example-project/example-jobs:v1.2"
    image_tag_allowed = true
  }

  assert {
    condition     = google_cloud_run_v2_job.job["nightly"].template[0].template[0].containers[0].image == var.image
    error_message = "The tag is used as given."
  }
}

run "a_protected_job_and_its_trigger_are_guarded" {
  command = plan
  variables {
    deletion_protection = true
  }

  assert {
    condition = keys(terraform_data.guard) == [
      "by-hand job projects/example-project/locations/us-central1/jobs/example-by-hand",
      "nightly job projects/example-project/locations/us-central1/jobs/example-nightly",
      "nightly trigger projects/example-project/locations/us-central1/jobs/example-nightly-trigger",
    ]
    error_message = "Each of them has a guard that cannot be destroyed."
  }
}

run "further_settings_are_off_unless_asked_for" {
  command = plan

  assert {
    condition = (
      length(terraform_data.guard) == 0 &&
      google_cloud_run_v2_job.job["nightly"].template[0].template[0].encryption_key == null &&
      length(google_cloud_run_v2_job.job["nightly"].template[0].template[0].vpc_access) == 0 &&
      length(google_cloud_run_v2_job.job["nightly"].labels) == 3
    )
    error_message = "No guard, key, network or label."
  }
}

run "further_settings_reach_every_job" {
  command = plan
  variables {
    encryption_key = "projects/example-project/locations/us-central1/keyRings/jobs/cryptoKeys/jobs"
    labels         = { cost_center = "4711" }
    vpc_egress     = { network = "default", subnetwork = "jobs", tags = ["jobs"], egress = "ALL_TRAFFIC" }
  }

  assert {
    condition = alltrue([
      for job in google_cloud_run_v2_job.job :
      job.template[0].template[0].encryption_key == var.encryption_key && job.labels.cost_center == "4711" && job.template[0].labels.cost_center == "4711"
    ])
    error_message = "The key encrypts, and the label tells the cost center, on executions too."
  }

  assert {
    condition = alltrue([
      for job in google_cloud_run_v2_job.job : alltrue([
        job.template[0].template[0].vpc_access[0].egress == "ALL_TRAFFIC",
        job.template[0].template[0].vpc_access[0].network_interfaces[0].network == "default",
        job.template[0].template[0].vpc_access[0].network_interfaces[0].subnetwork == "jobs",
        job.template[0].template[0].vpc_access[0].network_interfaces[0].tags == tolist(["jobs"]),
      ])
    ])
    error_message = "All traffic goes through the network."
  }
}
