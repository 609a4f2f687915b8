"""What exists in the project of what a plan would make: another tool made it, or its state was lost."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from operations.cloud.answers import last_part
from operations.cloud.google_session import GoogleSession
from operations.cloud.refusals import ApiDisabled

Values = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Kind:
    """A type of resource that is not made twice, or that is refused when it is.

    `path` and `member` list what exists in a project. `attribute`, of a plan, and `field`, of the list, name it.
    `identifier` is what Terraform imports it by: attributes of the plan, or the `found` resource's own last part.
    """

    noun: str
    api: str
    path: str
    member: str
    attribute: str
    field: str
    identifier: str

    def name_planned(self, values: Values) -> str | None:
        """How the planned resource will be called; None if the plan does not know yet."""
        if self.attribute == "dashboard_json":
            text = values.get(self.attribute)
            return json.loads(text)["displayName"] if text else None
        return values.get(self.attribute)


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
    ),
    "google_monitoring_alert_policy": Kind(
        "alert policy",
        "MONITORING",
        "/v3/projects/{project}/alertPolicies",
        "alertPolicies",
        *_MONITORED,
        "projects/{project}/alertPolicies/{found}",
    ),
    "google_monitoring_dashboard": Kind(
        "dashboard",
        "MONITORING",
        "/v1/projects/{project}/dashboards",
        "dashboards",
        "dashboard_json",
        "displayName",
        "projects/{project}/dashboards/{found}",
    ),
}


@dataclass(frozen=True, slots=True)
class Existing:
    """A resource that is there: its kind, its address in Terraform, and what it is imported by."""

    kind: Kind
    address: str
    identifier: str


def find_existing(plan: Values, connect: Callable[[], GoogleSession]) -> list[Existing]:
    """Which of the resources that the plan (as `terraform show -json` has it) would create are there already."""
    wanted = [
        (KINDS[change["type"]], change["address"], change["change"]["after"])
        for change in plan.get("resource_changes", ())
        if change["change"]["actions"] == ["create"] and change["type"] in KINDS
    ]
    paths = {(kind.api, kind.path.format_map(values)): kind for kind, _, values in wanted}
    if not paths:
        return []
    session = connect()
    # Before the threads need it, each.
    session.renew_token()
    with ThreadPoolExecutor(len(paths)) as pool:
        names = pool.map(lambda place: _list_names(session, place[0], place[1], paths[place]), paths)
        found = dict(zip(paths, names, strict=True))
    return list(_match(wanted, found))


def _match(
    wanted: Sequence[tuple[Kind, str, Values]], found: Mapping[tuple[str, str], Mapping[str, str]]
) -> Iterator[Existing]:
    for kind, address, values in wanted:
        name = found[kind.api, kind.path.format_map(values)].get(kind.name_planned(values) or "")
        if name is not None:
            yield Existing(kind, address, kind.identifier.format_map({**values, "found": last_part(name)}))


def _list_names(session: GoogleSession, api: str, path: str, kind: Kind) -> dict[str, str]:
    """The full names of what there is, by what a plan would call it; of namesakes the one that is listed first."""
    try:
        listed = session.ask_pages(api, path, kind.member)
    except ApiDisabled:
        return {}
    names: dict[str, str] = {}
    for resource in listed:
        names.setdefault(last_part(resource.get(kind.field, "")), resource["name"])
    return names
