"""What exists in the world's file, as the APIs list it: the answers that bin/create-all-jobs looks at."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from sandbox.terraform_provider.codec import Object
from sandbox.terraform_provider.world import Cloud, World

# What the operators' commands call each of these APIs.
APIS = ("ARTIFACTREGISTRY", "CLOUDSCHEDULER", "IAM", "LOGGING", "MONITORING", "RUN", "SECRETMANAGER")
MADE = "2026-01-01T00:00:00Z"


@dataclass(frozen=True, slots=True)
class Listing:
    """A list method: its path, its API, the member that the answer has, and the Terraform type behind it."""

    path: str
    api: str
    member: str
    kind: str
    most: int


LISTINGS = (
    Listing("/v2/projects/{project}/locations/{location}/jobs", "run", "jobs", "google_cloud_run_v2_job", 100),
    Listing(
        "/v1/projects/{project}/locations/{region}/jobs", "cloudscheduler", "jobs", "google_cloud_scheduler_job", 500
    ),
    Listing("/v1/projects/{project}/serviceAccounts", "iam", "accounts", "google_service_account", 20),
    Listing("/v1/projects/{project}/roles", "iam", "roles", "google_project_iam_custom_role", 300),
    Listing("/v1/projects/{project}/secrets", "secretmanager", "secrets", "google_secret_manager_secret", 25),
    Listing(
        "/v1/projects/{project}/locations/{location}/repositories",
        "artifactregistry",
        "repositories",
        "google_artifact_registry_repository",
        100,
    ),
    Listing("/v2/projects/{project}/metrics", "logging", "metrics", "google_logging_metric", 50),
    Listing(
        "/v3/projects/{project}/alertPolicies", "monitoring", "alertPolicies", "google_monitoring_alert_policy", 10
    ),
    Listing(
        "/v3/projects/{project}/notificationChannels",
        "monitoring",
        "notificationChannels",
        "google_monitoring_notification_channel",
        50,
    ),
    Listing("/v1/projects/{project}/dashboards", "monitoring", "dashboards", "google_monitoring_dashboard", 50),
)


def build_inventory(find_world: Callable[[], World]) -> Starlette:
    """An application that lists what exists at the time of the request."""
    return Starlette(routes=[Route(listing.path, _answer(listing, find_world)) for listing in LISTINGS])


def _answer(listing: Listing, find_world: Callable[[], World]) -> Callable[[Request], JSONResponse]:
    def answer(request: Request) -> JSONResponse:
        if not request.headers.get("authorization", "").startswith("Bearer "):
            return _refuse(401, "UNAUTHENTICATED", "Request is missing required authentication credential.")
        cloud, place = find_world().load(), request.path_params
        api = f"{listing.api}.googleapis.com"
        if not cloud.is_enabled(place["project"], api):
            problem = f"{api} has not been used in project {place['project']} before or it is disabled. Enable it."
            return _refuse(403, "PERMISSION_DENIED", problem)
        found = list(_list(listing, cloud, place))
        start = int(request.query_params.get("pageToken") or 0)
        end = start + min(int(request.query_params.get("pageSize") or listing.most), listing.most)
        more = {"nextPageToken": str(end)} if end < len(found) else {}
        return JSONResponse({listing.member: found[start:end], **more} if found else {})

    return answer


def _list(listing: Listing, cloud: Cloud, place: dict[str, str]) -> Iterator[dict[str, Any]]:
    for values in cloud.list_all(listing.kind):
        if all(values.get(name) == wanted for name, wanted in place.items()):
            yield _describe(listing.member, values, cloud)


def _describe(member: str, values: Object, cloud: Cloud) -> dict[str, Any]:
    """The members of the API's resource that tell which one it is."""
    if member == "metrics":
        return {"name": values["name"]}
    if member == "secrets":  # named by the project's number, even if its id was asked for
        return {"name": f"projects/{cloud.projects[values['project']]}/secrets/{values['secret_id']}"}
    if member == "dashboards":
        return {"name": values["id"], "displayName": json.loads(values["dashboard_json"])["displayName"]}
    described = {"name": values["id"], "displayName": values.get("display_name"), "createTime": MADE}
    return {**described, "email": values["email"]} if member == "accounts" else described


def _refuse(code: int, status: str, message: str) -> JSONResponse:
    return JSONResponse({"error": {"code": code, "message": message, "status": status}}, code)


def point_to(url: str) -> dict[str, str]:
    """The environment variables that lead the operators' commands here."""
    return {f"CLOUDSDK_API_ENDPOINT_OVERRIDES_{api}": f"{url}/" for api in APIS}


@cache
def make_key() -> str:
    """The content of a key file, of an account that belongs to no project, so that it serves for all."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return json.dumps(
        {
            "type": "service_account",
            "client_email": "operator@operators.iam.gserviceaccount.com",
            "private_key_id": "1",
            "private_key": key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            ).decode(),
            "token_uri": "https://oauth2.googleapis.com/token",
        }
    )
