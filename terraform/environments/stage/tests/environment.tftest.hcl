variables {
  environment           = "stage"
  image                 = "gcr.io/cloudact-testing-1/cloudact-jobs-stage@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
  notification_channels = { on-call = { type = "email", labels = { email_address = "on-call@example.com" } } }
  project               = "cloudact-testing-1"
}

run "eight_jobs_and_five_triggers" {
  command = plan

  assert {
    condition     = length(output.jobs) == 8 && length(output.triggers) == 5
    error_message = "The catalog's eight jobs, five of them scheduled."
  }
}

run "the_variables_of_another_environment_are_refused" {
  command = plan
  variables {
    environment = "prod"
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
