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
  expect_failures = [var.jobs]
}

run "a_service_account_over_30_characters_is_refused" {
  command = plan
  variables {
    jobs = { a-name-of-twenty-three-c = var.jobs["nightly"] }
  }
  expect_failures = [var.jobs]
}

run "a_timeout_over_a_day_is_refused" {
  command = plan
  variables {
    jobs = { nightly = merge(var.jobs["nightly"], { timeout_seconds = 86401 }) }
  }
  expect_failures = [var.jobs]
}

run "no_time_at_all_is_refused" {
  command = plan
  variables {
    jobs = { nightly = merge(var.jobs["nightly"], { timeout_seconds = 0 }) }
  }
  expect_failures = [var.jobs]
}

run "eleven_retries_are_refused" {
  command = plan
  variables {
    jobs = { nightly = merge(var.jobs["nightly"], { max_retries = 11 }) }
  }
  expect_failures = [var.jobs]
}

run "fewer_than_no_retries_are_refused" {
  command = plan
  variables {
    jobs = { nightly = merge(var.jobs["nightly"], { max_retries = -1 }) }
  }
  expect_failures = [var.jobs]
}

run "no_task_is_refused" {
  command = plan
  variables {
    jobs = { nightly = merge(var.jobs["nightly"], { tasks = 0 }) }
  }
  expect_failures = [var.jobs]
}

run "more_than_ten_thousand_tasks_are_refused" {
  command = plan
  variables {
    jobs = { nightly = merge(var.jobs["nightly"], { tasks = 10001 }) }
  }
  expect_failures = [var.jobs]
}

run "half_a_cpu_is_refused" {
  command = plan
  variables {
    jobs = { nightly = merge(var.jobs["nightly"], { cpu = "0.5" }) }
  }
  expect_failures = [var.jobs]
}

run "memory_under_the_floor_is_refused" {
  command = plan
  variables {
    jobs = { nightly = merge(var.jobs["nightly"], { memory = "511Mi" }) }
  }
  expect_failures = [var.jobs]
}

run "an_unknown_overlap_is_refused" {
  command = plan
  variables {
    jobs = { nightly = merge(var.jobs["nightly"], { overlap = "maybe" }) }
  }
  expect_failures = [var.jobs]
}

run "an_unknown_grant_is_refused" {
  command = plan
  variables {
    jobs = { nightly = merge(var.jobs["nightly"], { grants = ["everything"] }) }
  }
  expect_failures = [var.jobs]
}

# An apply refuses it: tests/operations/terraform/test_preparation.py.
run "no_image_at_all_can_be_planned" {
  command = plan
  variables {
    image = ""
  }
}
