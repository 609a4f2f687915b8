variables {
  environment = "two"
  root        = "./tests/example"
}

run "an_environment_sees_its_own_values" {
  command = plan

  assert {
    condition     = output.environment.project == "example-project" && output.environment.name == "two"
    error_message = "The environment's entry of environments.json."
  }

  assert {
    condition     = output.jobs["nightly"].full_name == "example-two-daily-sweep" && output.jobs["nightly"].trigger_name == "example-two-daily-sweep-trigger"
    error_message = "The names of a job and of its trigger start with the environment's prefix."
  }

  assert {
    condition     = output.jobs["nightly"].secrets.API_KEY == "api-key-two" && output.jobs["nightly"].tasks == 2
    error_message = "A secret's id ends with the environment's suffix."
  }
}

run "the_secrets_of_all_environments_of_a_project_are_known" {
  command = plan

  assert {
    condition     = toset(output.project_secret_ids) == toset(["api-key-one", "api-key-two"])
    error_message = "One environment makes the secrets of both."
  }
}

run "local_is_refused" {
  command = plan
  variables {
    environment = "local"
  }
  expect_failures = [var.environment]
}

run "two_jobs_with_one_name_are_refused" {
  command = plan
  variables {
    root = "./tests/repeated-job"
  }
  expect_failures = [output.jobs]
}

run "two_environments_with_one_prefix_in_a_project_are_refused" {
  command = plan
  variables {
    root = "./tests/repeated-prefix"
  }
  expect_failures = [output.environment]
}

run "a_job_without_a_member_is_refused" {
  command = plan
  variables {
    root = "./tests/ill-formed-job"
  }
  expect_failures = [output.jobs]
}

run "two_owners_of_a_project_are_refused" {
  command = plan
  variables {
    root = "./tests/two-owners"
  }
  expect_failures = [output.environment]
}

run "a_job_with_the_account_of_another_environment_is_refused" {
  command = plan
  variables {
    root = "./tests/shared-name"
  }
  expect_failures = [output.jobs]
}
