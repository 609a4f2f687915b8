"""gcloud against the stand-in: `make conformance` if it is installed, by this file's name (it is no test_*.py).

`gcloud run jobs` is left out: it speaks v1 of the API, under an address that cannot be overridden per port.
"""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from sandbox.control_plane import ControlPlane, point_to
from sandbox.control_plane.example import OPERATOR, PARENT, PROJECT, REGION, SECRET, account
from sandbox.control_plane.world.world import Version

TRIGGER = f"{PARENT}/jobs/daily-trigger"


class Gcloud:
    """Runs gcloud as the operator, with its own configuration, against the stand-in."""

    def __init__(self, plane: ControlPlane, folder: Path) -> None:
        self._token = folder / "token"
        self._token.write_text(plane.identities.issue_token(OPERATOR))
        self._environment = (
            os.environ | point_to(plane.url) | {"CLOUDSDK_CONFIG": str(folder), "CLOUDSDK_CORE_DISABLE_PROMPTS": "1"}
        )

    def __call__(self, *arguments: str, expected_status: int = 0) -> Any:
        """What the command prints as JSON, or its error text if it is expected to fail."""
        command = ["gcloud", *arguments, f"--project={PROJECT}", f"--access-token-file={self._token}", "--format=json"]
        done = subprocess.run(command, env=self._environment, capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == expected_status, done.stderr
        return json.loads(done.stdout or "null") if expected_status == 0 else done.stderr


@pytest.fixture
def gcloud(plane: ControlPlane, tmp_path: Path) -> Gcloud:
    """gcloud for the operator."""
    return Gcloud(plane, tmp_path)


def test_triggers_are_listed_paused_resumed_and_run(plane: ControlPlane, gcloud: Gcloud) -> None:
    """Each command finds the state that the one before has left."""
    location = f"--location={REGION}"
    (listed,) = gcloud("scheduler", "jobs", "list", location)
    assert (listed["name"], listed["schedule"], listed["state"]) == (TRIGGER, "0 0 * * *", "ENABLED")

    gcloud("scheduler", "jobs", "pause", "daily-trigger", location)
    assert gcloud("scheduler", "jobs", "describe", "daily-trigger", location)["state"] == "PAUSED"
    gcloud("scheduler", "jobs", "resume", "daily-trigger", location)
    gcloud("scheduler", "jobs", "run", "daily-trigger", location)
    plane.executions.settle()

    described = gcloud("scheduler", "jobs", "describe", "daily-trigger", location)
    assert (described["state"], "lastAttemptTime" in described) == ("ENABLED", True)
    assert [run.execution.creator for run in plane.executions.runs] == [account("triggers")]


def test_versions_of_a_secret(plane: ControlPlane, gcloud: Gcloud) -> None:
    """Their states, and the value of the newest."""
    versions = plane.world.secrets[f"projects/{PROJECT}/secrets/{SECRET}"]
    versions[0].state = "DISABLED"
    versions.append(Version(b"second"))

    listed = gcloud("secrets", "versions", "list", SECRET)
    assert [(version["name"].rpartition("/")[2], version["state"]) for version in listed] == [
        ("2", "ENABLED"),
        ("1", "DISABLED"),
    ]
    assert [secret["name"].rpartition("/")[2] for secret in gcloud("secrets", "list")] == [SECRET]
    assert gcloud("secrets", "versions", "access", "latest", f"--secret={SECRET}")["payload"]["data"] == "c2Vjb25k"


def test_log_of_an_execution(plane: ControlPlane, gcloud: Gcloud) -> None:
    """The filter that an operator would type."""
    job = plane.world.jobs[f"{PARENT}/jobs/manual"]
    run = plane.executions.start(job, job.template, OPERATOR)
    plane.executions.settle()
    name = run.execution.name.rpartition("/")[2]

    read = gcloud(
        "logging", "read", f'resource.type=cloud_run_job AND labels."run.googleapis.com/execution_name"={name}'
    )
    assert [entry.get("textPayload", entry.get("jsonPayload", {}).get("event")) for entry in read] == [
        "Container called exit(0).",
        "environment",
    ]


def test_enabled_services(gcloud: Gcloud) -> None:
    """The APIs that are switched on."""
    names = [service["config"]["name"] for service in gcloud("services", "list", "--enabled")]

    assert "run.googleapis.com" in names


def test_image_of_the_jobs(gcloud: Gcloud) -> None:
    """The registry as gcloud sees it."""
    (image,) = gcloud("artifacts", "docker", "images", "list", f"us-docker.pkg.dev/{PROJECT}/gcr.io")

    assert image["version"].startswith("sha256:5")


def test_missing_permission_is_gclouds_own_error(plane: ControlPlane, gcloud: Gcloud) -> None:
    """gcloud finds its error text where it looks for it."""
    plane.world.bindings.clear()
    text = gcloud("scheduler", "jobs", "list", f"--location={REGION}", expected_status=1)

    assert "PERMISSION_DENIED" in text
    assert "cloudscheduler.jobs.list" in text
