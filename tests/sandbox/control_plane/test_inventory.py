"""Service Usage and Artifact Registry: which APIs are enabled, which images exist."""

from __future__ import annotations

import pytest

from sandbox.control_plane import ControlPlane
from sandbox.control_plane.example import DIGEST, PROJECT, call
from sandbox.control_plane.world.world import World, add_surroundings

SERVICES = f"/v1/projects/{PROJECT}/services"
REPOSITORY = f"projects/{PROJECT}/locations/us/repositories/gcr.io"


def test_services_by_name(plane: ControlPlane) -> None:
    """Asked for by name, a service that is not enabled is DISABLED, not missing."""
    names = [f"projects/{PROJECT}/services/{name}.googleapis.com" for name in ("run", "iam")]
    batch = call(plane, "GET", f"{SERVICES}:batchGet?names={names[0]}&names={names[1]}")
    number = plane.world.projects[PROJECT]

    assert [(service["name"], service["state"]) for service in batch["services"]] == [
        (f"projects/{number}/services/run.googleapis.com", "ENABLED"),
        (f"projects/{number}/services/iam.googleapis.com", "DISABLED"),
    ]
    assert call(plane, "GET", f"{SERVICES}/run.googleapis.com")["state"] == "ENABLED"


def test_enabled_services_page_by_page(plane: ControlPlane) -> None:
    """Those of a new project and those that were added."""
    first = call(plane, "GET", f"{SERVICES}?filter=state:ENABLED&pageSize=5")
    rest = call(plane, "GET", f"{SERVICES}?filter=state:ENABLED&pageSize=5&pageToken={first['nextPageToken']}")

    assert [service["config"]["name"].partition(".")[0] for page in (first, rest) for service in page["services"]] == [
        "artifactregistry", "bigquery", "cloudscheduler", "logging", "run", "secretmanager", "serviceusage",
    ]  # fmt: skip


@pytest.mark.parametrize("query", ["", "?names=run.googleapis.com", "?names=projects/other/services/x"])
def test_batch_without_full_names(plane: ControlPlane, query: str) -> None:
    """Full names of the same project are needed."""
    assert call(plane, "GET", f"{SERVICES}:batchGet{query}")["error"]["status"] == "INVALID_ARGUMENT"


def test_image_by_digest_by_tag_and_in_the_list(plane: ControlPlane) -> None:
    """gcr.io/PROJECT/NAME is in the repository gcr.io, and its URI is that one's; an encoded name is the same name."""
    name = f"{REPOSITORY}/dockerImages/cloudact-jobs-stage@{DIGEST}"
    image = call(plane, "GET", f"/v1/{name}")

    uri = f"us-docker.pkg.dev/{PROJECT}/gcr.io/cloudact-jobs-stage@{DIGEST}"
    assert (image["name"], image["uri"], image["tags"]) == (name, uri, ["v1"])
    assert call(plane, "GET", f"/v1/{name.replace('@', '%40').replace('sha256:', 'sha256%3A')}") == image
    assert call(plane, "GET", f"/v1/{REPOSITORY}/dockerImages") == {"dockerImages": [image]}
    package = f"{REPOSITORY}/packages/cloudact-jobs-stage"
    assert call(plane, "GET", f"/v1/{package}/tags/v1")["version"] == f"{package}/versions/{DIGEST}"
    assert call(plane, "GET", f"/v1/{REPOSITORY}")["format"] == "DOCKER"


@pytest.mark.parametrize(
    "name",
    [
        f"{REPOSITORY}/dockerImages/cloudact-jobs-stage@sha256:{'6' * 64}",
        f"{REPOSITORY}/packages/cloudact-jobs-stage/tags/v2",
        f"{REPOSITORY.replace('gcr.io', 'docker')}/dockerImages",
        REPOSITORY.replace("gcr.io", "docker"),
    ],
)
def test_image_or_repository_that_does_not_exist(plane: ControlPlane, name: str) -> None:
    """404."""
    assert call(plane, "GET", f"/v1/{name}")["error"]["status"] == "NOT_FOUND"


def test_surroundings_with_an_unknown_part_are_refused(plane: ControlPlane) -> None:
    """A misspelled part of the file must not be a part that is left out."""
    world = World(created=plane.world.created)

    with pytest.raises(KeyError, match="secret"):
        add_surroundings(world, {"projects": {PROJECT: {"secret": {}}}})
