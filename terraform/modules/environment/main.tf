module "catalog" {
  source = "../catalog"

  environment = var.environment
  root        = "${path.module}/../../.."
}

# Once per project: of two environments in one project only the owner makes what both use.
module "project" {
  source = "../project"
  count  = module.catalog.environment.owns_project ? 1 : 0

  image_prefix = module.catalog.environment.image_prefix
  project      = var.project
  secret_ids   = module.catalog.project_secret_ids
}

module "jobs" {
  source     = "../jobs"
  depends_on = [module.project]

  deletion_protection = module.catalog.environment.protected
  encryption_key      = var.encryption_key
  environment         = var.environment
  image               = var.image
  image_repository    = module.catalog.environment.image_repository
  image_tag_allowed   = !module.catalog.environment.protected
  jobs                = module.catalog.jobs
  labels              = var.labels
  name_prefix         = module.catalog.environment.name_prefix
  project             = var.project
  region              = module.catalog.environment.region
  triggers_paused     = module.catalog.environment.triggers_paused
  vpc_egress          = var.vpc_egress
}

module "alerts" {
  source     = "../alerts"
  depends_on = [module.project]

  environment           = var.environment
  jobs                  = module.catalog.jobs
  name_prefix           = module.catalog.environment.name_prefix
  notification_channels = var.notification_channels
  project               = var.project
  region                = module.catalog.environment.region
  triggers_paused       = module.catalog.environment.triggers_paused
}
