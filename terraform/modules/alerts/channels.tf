locals {
  # The one label of each type, without which it reaches nobody. The other types hold a secret, which would end in the state.
  _channel_types = {
    email       = { label = "email_address", form = "^[^@ ]+@[^@ ]+\\.[^@ ]+$", example = "NAME@DOMAIN" }
    google_chat = { label = "space", form = "^spaces/[^/ ]+$", example = "spaces/SPACE" }
    pubsub      = { label = "topic", form = "^projects/[^/ ]+/topics/[^/ ]+$", example = "projects/PROJECT/topics/TOPIC" }
    sms         = { label = "number", form = "^[+][1-9][0-9]{6,14}$", example = "+15551234567" }
  }
}

resource "google_monitoring_notification_channel" "channel" {
  for_each = var.notification_channels

  project      = var.project
  display_name = "${var.name_prefix}: ${each.key}"
  type         = each.value.type
  labels       = each.value.labels

  lifecycle {
    # A channel that a policy still names cannot be deleted: the policies let go of the old one first.
    create_before_destroy = true

    precondition {
      condition     = contains(keys(local._channel_types), each.value.type)
      error_message = "Channel ${each.key}: type is one of ${join(", ", keys(local._channel_types))}, not \"${each.value.type}\": the others hold a secret, which would end in the state."
    }

    precondition {
      condition = alltrue([
        for type, needed in local._channel_types :
        can(regex(needed.form, each.value.labels[needed.label])) && length(each.value.labels) == 1
        if type == each.value.type
      ])
      error_message = "Channel ${each.key}: type ${each.value.type} needs labels = { ${join("", [for type, needed in local._channel_types : "${needed.label} = \"${needed.example}\"" if type == each.value.type])} }, not ${jsonencode(each.value.labels)}."
    }
  }
}

check "someone_is_told" {
  assert {
    condition     = var.triggers_paused || length(var.notification_channels) > 0
    error_message = "The alerts of ${var.environment} reach nobody: name a channel in notification_channels, in ${var.environment}.tfvars."
  }
}
