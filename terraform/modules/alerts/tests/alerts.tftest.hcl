provider "google" {
  project = "example-project"
}

variables {
  environment           = "example"
  name_prefix           = "example"
  notification_channels = { on-call = { type = "email", labels = { email_address = "on-call@example.com" } } }
  project               = "example-project"
  region                = "us-central1"
  triggers_paused       = false
  jobs = {
    nightly = {
      cron            = "30 3 * * *"
      description     = "Works at night."
      full_name       = "example-nightly"
      max_retries     = 1
      timeout_seconds = 600
      trigger_name    = "example-nightly-trigger"
    }
    by-hand = {
      description     = "Waits for people."
      full_name       = "example-by-hand"
      max_retries     = 0
      timeout_seconds = 60
    }
  }
}

run "every_job_can_fail_and_scheduled_ones_can_be_missed" {
  command = plan

  assert {
    condition     = keys(google_monitoring_alert_policy.failed_run) == ["by-hand", "nightly"]
    error_message = "A failed execution of any job is told."
  }

  assert {
    condition     = keys(google_monitoring_alert_policy.missed_run) == ["nightly"]
    error_message = "Only a job with a cron can be missed."
  }

  assert {
    condition     = keys(google_monitoring_alert_policy.failed_trigger) == ["nightly"]
    error_message = "Only a job with a cron has a trigger."
  }
}

run "nothing_is_missed_while_triggers_are_meant_to_be_paused" {
  command = plan
  variables {
    triggers_paused = true
  }

  assert {
    condition     = length(google_monitoring_alert_policy.missed_run) == 0 && length(output.missed_run_queries) == 0
    error_message = "No run is due."
  }
}

run "a_cron_without_a_known_period_is_refused" {
  command = plan
  variables {
    jobs = { nightly = merge(var.jobs["nightly"], { cron = "*/5 * * * *" }) }
  }
  expect_failures = [var.jobs]
}

run "a_day_that_some_months_lack_is_refused" {
  command = plan
  variables {
    jobs = { nightly = merge(var.jobs["nightly"], { cron = "0 0 31 * *" }) }
  }
  expect_failures = [var.jobs]
}

run "a_run_that_may_last_until_the_next_tick_is_refused" {
  command = plan
  variables {
    jobs = { nightly = merge(var.jobs["nightly"], { timeout_seconds = 43200 }) }
  }
  expect_failures = [google_monitoring_alert_policy.missed_run]
}

run "a_monthly_run_that_may_last_until_the_months_end_is_refused" {
  command = plan
  variables {
    jobs = { nightly = merge(var.jobs["nightly"], { cron = "30 23 28 * *", timeout_seconds = 1800 }) }
  }
  expect_failures = [google_monitoring_alert_policy.missed_run]
}

run "a_channel_that_needs_a_secret_is_refused" {
  command = plan
  variables {
    notification_channels = { chat = { type = "slack", labels = { channel_name = "#on-call" } } }
  }
  expect_failures = [google_monitoring_notification_channel.channel]
}

run "an_email_channel_without_an_address_is_refused" {
  command = plan
  variables {
    notification_channels = { on-call = { type = "email", labels = { address = "on-call@example.com" } } }
  }
  expect_failures = [google_monitoring_notification_channel.channel]
}

run "a_sms_channel_without_its_number_is_refused" {
  command = plan
  variables {
    notification_channels = { on-call = { type = "sms", labels = { phone = "+15551234567" } } }
  }
  expect_failures = [google_monitoring_notification_channel.channel]
}

run "a_chat_channel_without_its_space_is_refused" {
  command = plan
  variables {
    notification_channels = { on-call = { type = "google_chat", labels = {} } }
  }
  expect_failures = [google_monitoring_notification_channel.channel]
}

run "a_pubsub_channel_without_its_topic_is_refused" {
  command = plan
  variables {
    notification_channels = { on-call = { type = "pubsub", labels = { topic = "alerts" } } }
  }
  expect_failures = [google_monitoring_notification_channel.channel]
}

run "a_label_that_its_type_does_not_have_is_refused" {
  command = plan
  variables {
    notification_channels = { on-call = { type = "sms", labels = { number = "+15551234567", team = "a" } } }
  }
  expect_failures = [google_monitoring_notification_channel.channel]
}

run "channels_of_every_known_type_are_taken" {
  command = plan
  variables {
    notification_channels = {
      chat    = { type = "google_chat", labels = { space = "spaces/AAAA" } }
      mail    = { type = "email", labels = { email_address = "on-call@example.com" } }
      phone   = { type = "sms", labels = { number = "+15551234567" } }
      program = { type = "pubsub", labels = { topic = "projects/example-project/topics/alerts" } }
    }
  }

  assert {
    condition     = length(google_monitoring_notification_channel.channel) == 4
    error_message = "None of them needs a secret."
  }
}

run "nobody_to_tell_is_reported" {
  command = plan
  variables {
    notification_channels = {}
  }
  expect_failures = [check.someone_is_told]
}
