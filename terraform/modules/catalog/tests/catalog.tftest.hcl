variables {
  environment = "stage"
}

run "an_environment_sees_its_own_values" {
  command = plan

  assert {
    condition     = output.environment.project == "cloudact-testing-1" && output.environment.name == "stage"
    error_message = "The environment's entry of environments.json."
  }

  assert {
    condition     = output.jobs["migrate"].full_name == "cloudact-manual-supabase-migrate"
    error_message = "A job's full name starts with the environment's prefix."
  }

  assert {
    condition     = output.jobs["migrate"].secrets.SUPABASE_ACCESS_TOKEN == "supabase-access-token-test"
    error_message = "A secret's id ends with the environment's suffix."
  }
}

run "all_environments_of_a_project_share_its_secrets" {
  command = plan

  assert {
    condition     = toset(output.project_secret_ids) == toset(["ca-root-api-key-test", "supabase-access-token-test"])
    error_message = "Test and stage read the same two secrets."
  }
}

run "local_is_refused" {
  command = plan
  variables {
    environment = "local"
  }
  expect_failures = [var.environment]
}
