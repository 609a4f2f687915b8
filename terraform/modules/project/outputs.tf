output "registry" {
  description = "The id of the repository that serves gcr.io."
  value       = google_artifact_registry_repository.gcr.id
}

output "secrets" {
  description = "The secrets' ids, by their names."
  value       = { for name, secret in google_secret_manager_secret.secret : name => secret.id }
}
