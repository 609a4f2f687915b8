output "environment" {
  description = "Names and addresses of what was made: see modules/environment."
  value       = module.environment
}
