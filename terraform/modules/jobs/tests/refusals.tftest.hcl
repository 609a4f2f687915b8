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
  }
}

run "a_tag_is_refused_where_a_digest_is_required" {
  command = plan
  variables {
    image = "gcr.io/example-project/example-jobs:v1.2"
  }
  expect_failures = [var.image]
}

run "a_short_digest_is_refused" {
  command = plan
  variables {
    image = "gcr.io/example-project/example-jobs@sha256:0123"
  }
  expect_failures = [var.image]
}

run "an_image_of_another_repository_is_refused" {
  command = plan
  variables {
    image = "gcr.io/example-project/other@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
  }
  expect_failures = [var.image]
}

run "a_repository_outside_gcr_is_refused" {
  command = plan
  variables {
    image_repository = "docker.io/example/jobs"
    image            = ""
  }
  expect_failures = [var.image_repository]
}

run "an_environment_that_is_no_label_is_refused" {
  command = plan
  variables {
    environment = "Example"
  }
  expect_failures = [var.environment]
}

run "a_prefix_with_capitals_is_refused" {
  command = plan
  variables {
    name_prefix = "Example"
  }
  expect_failures = [var.name_prefix]
}

run "a_full_name_over_63_characters_is_refused" {
  command = plan
  variables {
    jobs = { nightly = merge(var.jobs["nightly"], { full_name = "example-nightly-0123456789-0123456789-0123456789-0123456789-01234" }) }
  }
  expect_failures = [google_cloud_run_v2_job.job]
}

run "a_service_account_over_30_characters_is_refused" {
  command = plan
  variables {
    jobs = { a-name-of-twenty-three-c = var.jobs["nightly"] }
  }
  expect_failures = [google_service_account.job]
}

run "a_timeout_over_a_week_is_refused" {
  command = plan
  variables {
    jobs = { nightly = merge(var.jobs["nightly"], { timeout_seconds = 604801 }) }
  }
  expect_failures = [google_cloud_run_v2_job.job]
}

run "no_time_at_all_is_refused" {
  command = plan
  variables {
    jobs = { nightly = merge(var.jobs["nightly"], { timeout_seconds = 0 }) }
  }
  expect_failures = [google_cloud_run_v2_job.job]
}

run "eleven_retries_are_refused" {
  command = plan
  variables {
    jobs = { nightly = merge(var.jobs["nightly"], { max_retries = 11 }) }
  }
  expect_failures = [google_cloud_run_v2_job.job]
}

run "fewer_than_no_retries_are_refused" {
  command = plan
  variables {
    jobs = { nightly = merge(var.jobs["nightly"], { max_retries = -1 }) }
  }
  expect_failures = [google_cloud_run_v2_job.job]
}

run "no_task_is_refused" {
  command = plan
  variables {
    jobs = { nightly = merge(var.jobs["nightly"], { tasks = 0 }) }
  }
  expect_failures = [google_cloud_run_v2_job.job]
}

run "more_than_ten_thousand_tasks_are_refused" {
  command = plan
  variables {
    jobs = { nightly = merge(var.jobs["nightly"], { tasks = 10001 }) }
  }
  expect_failures = [google_cloud_run_v2_job.job]
}

run "half_a_cpu_is_refused" {
  command = plan
  variables {
    jobs = { nightly = merge(var.jobs["nightly"], { cpu = "0.5" }) }
  }
  expect_failures = [google_cloud_run_v2_job.job]
}

run "memory_under_the_floor_is_refused" {
  command = plan
  variables {
    jobs = { nightly = merge(var.jobs["nightly"], { memory = "511Mi" }) }
  }
  expect_failures = [google_cloud_run_v2_job.job]
}

run "an_unknown_overlap_is_refused" {
  command = plan
  variables {
    jobs = { nightly = merge(var.jobs["nightly"], { overlap = "maybe" }) }
  }
  expect_failures = [google_cloud_run_v2_job.job]
}

run "an_unknown_grant_is_refused" {
  command = plan
  variables {
    jobs = { nightly = merge(var.jobs["nightly"], { grants = ["everything"] }) }
  }
  expect_failures = [google_cloud_run_v2_job.job]
}

run "waiting_for_no_job_is_refused" {
  command = plan
  variables {
    jobs = { nightly = merge(var.jobs["nightly"], { waits_for = ["weekly"] }) }
  }
  expect_failures = [google_cloud_run_v2_job.job]
}

run "half_a_task_is_refused" {
  command = plan
  variables {
    jobs = { nightly = merge(var.jobs["nightly"], { tasks = 1.5 }) }
  }
  expect_failures = [google_cloud_run_v2_job.job]
}

run "half_a_retry_is_refused" {
  command = plan
  variables {
    jobs = { nightly = merge(var.jobs["nightly"], { max_retries = 0.5 }) }
  }
  expect_failures = [google_cloud_run_v2_job.job]
}

run "half_a_second_is_refused" {
  command = plan
  variables {
    jobs = { nightly = merge(var.jobs["nightly"], { timeout_seconds = 0.5 }) }
  }
  expect_failures = [google_cloud_run_v2_job.job]
}

run "memory_without_its_unit_is_refused" {
  command = plan
  variables {
    jobs = { nightly = merge(var.jobs["nightly"], { memory = "512" }) }
  }
  expect_failures = [google_cloud_run_v2_job.job]
}

run "more_memory_than_the_cpus_have_is_refused" {
  command = plan
  variables {
    jobs = { nightly = merge(var.jobs["nightly"], { memory = "5Gi" }) }
  }
  expect_failures = [google_cloud_run_v2_job.job]
}

run "less_memory_than_the_cpus_need_is_refused" {
  command = plan
  variables {
    jobs = { nightly = merge(var.jobs["nightly"], { cpu = "4", memory = "1Gi" }) }
  }
  expect_failures = [google_cloud_run_v2_job.job]
}

run "six_cpus_with_more_than_24_gib_are_refused" {
  command = plan
  variables {
    jobs = { nightly = merge(var.jobs["nightly"], { cpu = "6", memory = "25Gi" }) }
  }
  expect_failures = [google_cloud_run_v2_job.job]
}

run "a_secret_id_with_a_slash_is_refused" {
  command = plan
  variables {
    jobs = { nightly = merge(var.jobs["nightly"], { secrets = { API_KEY = "projects/example" } }) }
  }
  expect_failures = [google_secret_manager_secret_iam_member.accessor]
}

run "two_jobs_with_one_full_name_are_refused" {
  command = plan
  variables {
    jobs = { nightly = var.jobs["nightly"], weekly = var.jobs["nightly"] }
  }
  expect_failures = [google_cloud_run_v2_job.job]
}

run "a_job_called_triggers_is_refused" {
  command = plan
  variables {
    jobs = { triggers = var.jobs["nightly"] }
  }
  expect_failures = [google_service_account.job]
}

run "a_cron_of_six_fields_is_refused" {
  command = plan
  variables {
    jobs = { nightly = merge(var.jobs["nightly"], { cron = "0 30 3 * * *" }) }
  }
  expect_failures = [google_cloud_scheduler_job.trigger]
}

run "a_zone_is_no_region" {
  command = plan
  variables {
    region = "us-central1-a"
  }
  expect_failures = [var.region]
}

run "a_multi_region_is_no_region" {
  command = plan
  variables {
    region = "us"
  }
  expect_failures = [var.region]
}

run "a_label_that_is_set_already_is_refused" {
  command = plan
  variables {
    labels = { job = "mine" }
  }
  expect_failures = [var.labels]
}

run "a_label_with_capitals_is_refused" {
  command = plan
  variables {
    labels = { Team = "mine" }
  }
  expect_failures = [var.labels]
}

run "more_labels_than_a_job_can_have_are_refused" {
  command = plan
  variables {
    labels = { for number in range(61) : "label_${number}" => "" }
  }
  expect_failures = [var.labels]
}

run "a_key_of_another_region_is_refused" {
  command = plan
  variables {
    encryption_key = "projects/example-project/locations/europe-west1/keyRings/jobs/cryptoKeys/jobs"
  }
  expect_failures = [var.encryption_key]
}

run "traffic_that_goes_nowhere_is_refused" {
  command = plan
  variables {
    vpc_egress = { network = "default", egress = "SOME_TRAFFIC" }
  }
  expect_failures = [var.vpc_egress]
}

run "tags_without_a_network_are_refused" {
  command = plan
  variables {
    vpc_egress = { tags = ["jobs"] }
  }
  expect_failures = [var.vpc_egress]
}

run "a_network_that_is_none_is_refused" {
  command = plan
  variables {
    vpc_egress = { network = "projects/example-project/regions/us-central1/subnetworks/jobs" }
  }
  expect_failures = [var.vpc_egress]
}

run "a_subnetwork_of_another_region_is_refused" {
  command = plan
  variables {
    vpc_egress = { subnetwork = "projects/example-project/regions/europe-west1/subnetworks/jobs" }
  }
  expect_failures = [var.vpc_egress]
}

run "a_network_tag_with_capitals_is_refused" {
  command = plan
  variables {
    vpc_egress = { network = "default", tags = ["Jobs"] }
  }
  expect_failures = [var.vpc_egress]
}

# An apply refuses it: tests/operations/terraform/test_preparation.py.
run "no_image_at_all_can_be_planned" {
  command = plan
  variables {
    image = ""
  }
}
