"""The installation that gcloud scripts made: jobs, triggers, secrets and registry under the very names of ours."""

from __future__ import annotations

import uuid
from typing import Any

from sandbox.terraform.estate import CATALOG, ENVIRONMENTS, JOBS, image_of
from sandbox.terraform_provider.codec import Object
from sandbox.terraform_provider.world import Cloud, World

# Beside what is ours: what those scripts left behind, and another team's.
LEFT_BEHIND = ("cloudact-5min-billing-sync-retry", "cloudact-15min-stale-cleanup")
OTHER_TEAMS = ("cloudact-daily-pipelines",)
APIS = ("artifactregistry", "cloudscheduler", "iam", "logging", "monitoring", "run", "secretmanager")


def install_earlier(world: World, name: str) -> None:
    """Puts it into the environment's project, with the image that ours will run."""
    environment = ENVIRONMENTS[name]
    project, prefix = environment["project"], environment["name_prefix"]
    with world.change() as cloud:
        cloud.add_project(project, apis=[f"{api}.googleapis.com" for api in APIS])
        cloud.add_repository(project, "gcr.io")
        cloud.images.append(image_of(name))
        for secret in CATALOG["secrets"].values():
            cloud.add_secret(project, f"{secret}{environment['secret_suffix']}")
        for job in JOBS.values():
            _add_job(cloud, environment, f"{prefix}-{job['cloud_run_job']}", job["cron"])
        for stranger in (*LEFT_BEHIND, *OTHER_TEAMS):
            _add_job(cloud, environment, stranger, "*/5 * * * *")


def _add_job(cloud: Cloud, environment: Any, name: str, cron: str | None) -> None:
    project, region = environment["project"], environment["region"]
    account = f"{cloud.projects[project]}-compute@developer.gserviceaccount.com"
    path = f"projects/{project}/locations/{region}/jobs"
    container = {
        "image": f"gcr.io/{project}/old-jobs:latest",
        "args": ["--job", name],
        "env": [_setting("MODE", "run")],
    }
    task = {"containers": [container], "max_retries": 3, "service_account": account, "timeout": "600s"}
    values: Object = {"project": project, "name": name, "client": "gcloud", "client_version": "528.0.0"}
    template = {"task_count": 1, "parallelism": 0, "template": [task]}
    made: Object = {"uid": str(uuid.uuid5(uuid.NAMESPACE_URL, name)), "execution_count": 812, "template": [template]}
    cloud.put("google_cloud_run_v2_job", f"{path}/{name}", {**values, **made, "location": region, "launch_stage": "GA"})
    if cron is None:
        return
    target = {
        "uri": f"https://run.googleapis.com/v2/{path}/{name}:run",
        "http_method": "POST",
        "headers": {"User-Agent": "Google-Cloud-Scheduler"},
        "oauth_token": [{"service_account_email": account, "scope": "https://www.googleapis.com/auth/cloud-platform"}],
        "oidc_token": [],
    }
    trigger: Object = {
        "project": project,
        "region": region,
        "name": f"{name}-trigger",
        "schedule": cron,
        "time_zone": "UTC",
        "paused": False,
        "state": "ENABLED",
        "attempt_deadline": "180s",
        "http_target": [target],
    }
    cloud.put("google_cloud_scheduler_job", f"{path}/{name}-trigger", trigger)


def _setting(name: str, value: str) -> Object:
    return {"name": name, "value": value, "value_source": []}
