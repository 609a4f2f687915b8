resource "google_monitoring_notification_channel" "channel" {
  for_each = var.notification_channels

  project      = var.project
  display_name = "${var.name_prefix}: ${each.key}"
  type         = each.value.type
  labels       = each.value.labels
}

check "someone_is_told" {
  assert {
    condition     = var.triggers_paused || length(var.notification_channels) > 0
    error_message = "The alerts of ${var.environment} reach nobody: name a channel in notification_channels, in ${var.environment}.tfvars."
  }
}
