provider "google" {
  project = "example-project"
}

variables {
  image_prefix = "example-jobs-"
  project      = "example-project"
  secret_ids   = ["example-api-key"]
}

run "apis_outlive_the_environment" {
  command = plan

  assert {
    condition     = alltrue([for api in google_project_service.api : !api.disable_on_destroy])
    error_message = "Another environment of the project goes on using the APIs."
  }
}

run "the_clean_up_touches_the_jobs_images_alone" {
  command = plan

  assert {
    condition = alltrue([
      for policy in google_artifact_registry_repository.gcr.cleanup_policies :
      anytrue([
        for rule in concat(tolist(policy.condition), tolist(policy.most_recent_versions)) :
        rule.package_name_prefixes == tolist(["example-jobs-"])
      ])
    ])
    error_message = "gcr.io holds the images of the whole project."
  }
}

run "secrets_are_made_without_a_value" {
  command = plan

  assert {
    condition     = keys(google_secret_manager_secret.secret) == ["example-api-key"]
    error_message = "One empty secret per id."
  }
}

run "a_project_number_is_refused" {
  command = plan
  variables {
    project = "123456789"
  }
  expect_failures = [var.project]
}

run "a_secret_id_with_a_slash_is_refused" {
  command = plan
  variables {
    secret_ids = ["projects/example"]
  }
  expect_failures = [var.secret_ids]
}

run "an_image_prefix_that_means_every_image_is_refused" {
  command = plan
  variables {
    image_prefix = ""
  }
  expect_failures = [var.image_prefix]
}
