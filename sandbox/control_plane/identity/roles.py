"""The permissions of Google's predefined roles, as far as the stand-in's APIs ask for them."""

from __future__ import annotations

_RUN_READ = {
    f"run.{kind}.{verb}" for kind in ("jobs", "executions", "tasks", "operations") for verb in ("get", "list")
} - {"run.operations.list"}
_SCHEDULER_READ = {"cloudscheduler.jobs.get", "cloudscheduler.jobs.list"}
_SCHEDULER_ALL = _SCHEDULER_READ | {f"cloudscheduler.jobs.{verb}" for verb in ("enable", "pause", "run", "update")}
_SECRETS_READ = {f"secretmanager.{kind}.{verb}" for kind in ("secrets", "versions") for verb in ("get", "list")}
_SERVICES_READ = {"serviceusage.services.get", "serviceusage.services.list"}
_REGISTRY_READ = {
    f"artifactregistry.{kind}.{verb}" for kind in ("dockerimages", "repositories", "tags") for verb in ("get", "list")
}
_RUN_EXECUTE = {"run.jobs.run", "run.executions.cancel"}
_VIEW = _RUN_READ | _SCHEDULER_READ | _SECRETS_READ | _SERVICES_READ | _REGISTRY_READ | {"logging.logEntries.list"}
_EDIT = _VIEW | _SCHEDULER_ALL | _RUN_EXECUTE | {"run.jobs.runWithOverrides"}

ROLES: dict[str, frozenset[str]] = {
    name: frozenset(permissions)
    for name, permissions in {
        "roles/viewer": _VIEW,
        "roles/editor": _EDIT,
        "roles/owner": _EDIT | {"secretmanager.versions.access"},
        "roles/run.invoker": {"run.jobs.run"},
        "roles/run.viewer": _RUN_READ,
        "roles/run.jobsExecutor": _RUN_EXECUTE,
        "roles/run.jobsExecutorWithOverrides": _RUN_EXECUTE | {"run.jobs.runWithOverrides"},
        "roles/run.developer": _RUN_READ | _RUN_EXECUTE | {"run.jobs.runWithOverrides"},
        "roles/run.admin": _RUN_READ | _RUN_EXECUTE | {"run.jobs.runWithOverrides"},
        "roles/cloudscheduler.viewer": _SCHEDULER_READ,
        "roles/cloudscheduler.jobRunner": {"cloudscheduler.jobs.run"},
        "roles/cloudscheduler.admin": _SCHEDULER_ALL,
        "roles/secretmanager.viewer": _SECRETS_READ,
        "roles/secretmanager.secretAccessor": {"secretmanager.versions.access"},
        "roles/secretmanager.admin": _SECRETS_READ | {"secretmanager.versions.access"},
        "roles/logging.viewer": {"logging.logEntries.list"},
        "roles/serviceusage.serviceUsageViewer": _SERVICES_READ,
        "roles/artifactregistry.reader": _REGISTRY_READ,
        "roles/artifactregistry.writer": _REGISTRY_READ,
    }.items()
}
SERVICES = {
    "run": "run.googleapis.com",
    "cloudscheduler": "cloudscheduler.googleapis.com",
    "secretmanager": "secretmanager.googleapis.com",
    "logging": "logging.googleapis.com",
    "serviceusage": "serviceusage.googleapis.com",
    "artifactregistry": "artifactregistry.googleapis.com",
}
