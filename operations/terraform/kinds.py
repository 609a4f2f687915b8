"""The types of resources that are not made twice: where they are listed, and what they are imported by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from operations.cloud.dashboard import dashboard_name
from runtime.config.environment import Environment

Values = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Kind:
    """A type of resource that is not made twice, or that is refused when it is.

    `path` and `member` list what exists in a project. `attribute` of a plan (none for the one dashboard) and `field` of
    the list name it. `identifier` is what Terraform imports it by: attributes of the plan, or the last part of the name
    that was `found`. `removal` is the command that removes one of those that may share a display name.
    """

    noun: str
    api: str
    path: str
    member: str
    attribute: str
    field: str
    identifier: str
    removal: str = ""

    def name_planned(self, values: Values, environment: Environment) -> str:
        """How the planned resource will be called."""
        # A dashboard's whole text is unknown before the policies that it shows are made.
        return str(values[self.attribute]) if self.attribute else dashboard_name(environment)


_MONITORED = ("display_name", "displayName")
KINDS = {
    "google_cloud_run_v2_job": Kind(
        "job",
        "RUN",
        "/v2/projects/{project}/locations/{location}/jobs",
        "jobs",
        "name",
        "name",
        "projects/{project}/locations/{location}/jobs/{name}",
    ),
    "google_cloud_scheduler_job": Kind(
        "trigger",
        "CLOUDSCHEDULER",
        "/v1/projects/{project}/locations/{region}/jobs?pageSize=500",
        "jobs",
        "name",
        "name",
        "projects/{project}/locations/{region}/jobs/{name}",
    ),
    "google_secret_manager_secret": Kind(
        "secret",
        "SECRETMANAGER",
        "/v1/projects/{project}/secrets",
        "secrets",
        "secret_id",
        "name",
        "projects/{project}/secrets/{secret_id}",
    ),
    "google_artifact_registry_repository": Kind(
        "registry",
        "ARTIFACTREGISTRY",
        "/v1/projects/{project}/locations/{location}/repositories",
        "repositories",
        "repository_id",
        "name",
        "projects/{project}/locations/{location}/repositories/{repository_id}",
    ),
    "google_service_account": Kind(
        "service account",
        "IAM",
        "/v1/projects/{project}/serviceAccounts?pageSize=100",
        "accounts",
        "email",
        "name",
        "projects/{project}/serviceAccounts/{email}",
    ),
    "google_project_iam_custom_role": Kind(
        "role",
        "IAM",
        "/v1/projects/{project}/roles?pageSize=1000",
        "roles",
        "role_id",
        "name",
        "projects/{project}/roles/{role_id}",
    ),
    "google_logging_metric": Kind(
        "metric", "LOGGING", "/v2/projects/{project}/metrics", "metrics", "name", "name", "{project} {name}"
    ),
    "google_monitoring_notification_channel": Kind(
        "notification channel",
        "MONITORING",
        "/v3/projects/{project}/notificationChannels",
        "notificationChannels",
        *_MONITORED,
        "projects/{project}/notificationChannels/{found}",
        "gcloud beta monitoring channels delete",
    ),
    "google_monitoring_alert_policy": Kind(
        "alert policy",
        "MONITORING",
        "/v3/projects/{project}/alertPolicies",
        "alertPolicies",
        *_MONITORED,
        "projects/{project}/alertPolicies/{found}",
        "gcloud alpha monitoring policies delete",
    ),
    "google_monitoring_dashboard": Kind(
        "dashboard",
        "MONITORING",
        "/v1/projects/{project}/dashboards",
        "dashboards",
        "",
        "displayName",
        "projects/{project}/dashboards/{found}",
        "gcloud monitoring dashboards delete",
    ),
}
