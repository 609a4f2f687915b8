module "catalogue" {
  source = "../../modules/catalog"

  environment = local.environment
}

# Once per project: of two environments in one project only the owner makes what both use.
module "project" {
  source = "../../modules/project"
  count  = module.catalogue.environment.owns_project ? 1 : 0

  image_prefix = module.catalogue.environment.image_prefix
  project      = var.project
  secret_ids   = module.catalogue.project_secret_ids
}

module "jobs" {
  source     = "../../modules/jobs"
  depends_on = [module.project]

  deletion_protection = module.catalogue.environment.protected
  environment         = local.environment
  image               = var.image
  image_repository    = module.catalogue.environment.image_repository
  image_tag_allowed   = !module.catalogue.environment.protected
  jobs                = module.catalogue.jobs
  name_prefix         = module.catalogue.environment.name_prefix
  project             = var.project
  region              = module.catalogue.environment.region
  triggers_paused     = module.catalogue.environment.triggers_paused
}

module "alerts" {
  source     = "../../modules/alerts"
  depends_on = [module.project]

  environment           = local.environment
  jobs                  = module.catalogue.jobs
  name_prefix           = module.catalogue.environment.name_prefix
  notification_channels = var.notification_channels
  project               = var.project
  region                = module.catalogue.environment.region
  triggers_paused       = module.catalogue.environment.triggers_paused
}
