provider "google" {
  project = "cloudact-testing-1"
}

variables {
  environment           = "stage"
  folder                = "stage"
  image                 = "gcr.io/cloudact-testing-1/cloudact-jobs-stage@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
  notification_channels = { on-call = { type = "email", labels = { email_address = "on-call@example.com" } } }
  project               = "cloudact-testing-1"
}

run "every_job_of_the_catalog_is_made" {
  command = plan

  assert {
    condition     = toset(keys(output.jobs)) == toset([for job in jsondecode(file("../../../jobs.json")).jobs : job.name])
    error_message = "The jobs of jobs.json, no more and no fewer."
  }

  assert {
    condition     = { for name, trigger in output.triggers : name => trigger.schedule } == { for job in jsondecode(file("../../../jobs.json")).jobs : job.name => job.cron if job.cron != null }
    error_message = "A trigger for each job that has a cron."
  }
}

run "the_variables_of_another_environment_are_refused" {
  command = plan
  variables {
    environment = "test"
  }
  expect_failures = [var.environment]
}

run "another_project_is_refused" {
  command = plan
  variables {
    project = "cloudact-prod"
  }
  expect_failures = [var.project]
}

run "a_member_of_another_name_is_refused" {
  command = plan
  variables {
    vpc_egress = { subnet = "jobs" }
  }
  expect_failures = [var.vpc_egress]
}
