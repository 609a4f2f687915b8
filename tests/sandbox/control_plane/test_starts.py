"""What a container is started with, and what keeps it from starting."""

from __future__ import annotations

import os
from typing import Any

import pytest
from google.cloud import run_v2

from sandbox.control_plane import ControlPlane, point_to
from sandbox.control_plane.example import (
    DIGEST,
    IMAGE_NAME,
    PARENT,
    SECRET,
    account,
    describe_applied,
    make_plane,
)
from sandbox.control_plane.world.applied import remove_resource
from sandbox.control_plane.world.world import Image
from tests.dates import NAMES
from tests.sandbox.control_plane.steps import completed, events, read_logs, run

Reason = run_v2.Condition.CommonReason
ACCESSOR = "google_secret_manager_secret_iam_member.accessor"


def test_environment_is_that_of_the_spec_and_of_the_platform_only(plane: ControlPlane) -> None:
    """Nothing of the stand-in's own environment reaches a job."""
    execution = run(plane, job="daily")

    (entry,) = read_logs(plane, 'jsonPayload.event="environment"')["entries"]
    host = plane.metadata_for(account("daily")).url.removeprefix("http://")
    assert entry["jsonPayload"]["variables"] == {
        **point_to(plane.url),
        "CA_ROOT_API_KEY": "the key",
        "CLOUD_RUN_EXECUTION": execution.name.rpartition("/")[2],
        "CLOUD_RUN_JOB": "daily",
        "CLOUD_RUN_TASK_ATTEMPT": "0",
        "CLOUD_RUN_TASK_COUNT": "1",
        "CLOUD_RUN_TASK_INDEX": "0",
        "ENVIRONMENT": "stage",
        "GCE_METADATA_HOST": host,
        "GCE_METADATA_IP": host,
        "HOME": "/root",
        "LANG": "C.UTF-8",
        "PATH": "/usr/local/bin:/usr/bin:/bin",
        # On another day than today these come from `make test-dates`.
        **{name: os.environ[name] for name in NAMES if "MOVED_SECONDS" in os.environ},
    }


@pytest.mark.parametrize(
    ("change", "reason", "words"),
    [
        (lambda plane: plane.world.secrets.pop(f"projects/cloudact-testing-1/secrets/{SECRET}"), 12, "was not found"),
        (lambda plane: plane.world.secrets[f"projects/cloudact-testing-1/secrets/{SECRET}"].clear(), 12, "not found"),
        (lambda plane: plane.world.images.clear(), 6, "Image"),
        (lambda plane: plane.world.accounts.pop(account("daily")), 1, account("daily")),
    ],
)
def test_execution_that_never_starts(plane: ControlPlane, change: Any, reason: int, words: str) -> None:
    """What is missing when an execution starts fails it before any container: no start time, no task, no line."""
    change(plane)
    execution = run(plane, job="daily")

    assert completed(execution).reason == Reason(reason)
    assert words in completed(execution).message
    assert ("start_time" in execution, plane.executions.runs[0].tasks, events(plane)) == (False, [], [])


def test_secret_that_the_job_may_not_read_keeps_the_container_from_starting() -> None:
    """The message names the secret, the account and the role; a job without that secret runs."""
    with make_plane(remove_resource(describe_applied(), ACCESSOR)) as plane:
        failed, other = run(plane, job="daily"), run(plane, job="manual")

    assert completed(failed).message == (
        f"Permission denied on secret: projects/cloudact-testing-1/secrets/{SECRET}/versions/latest for Revision "
        f"service account {account('daily')}. The service account used must be granted the 'Secret Manager Secret "
        "Accessor' role (roles/secretmanager.secretAccessor) at the secret, project or higher level."
    )
    assert other.succeeded_count == 1


def test_disabled_newest_version_fails_the_start(plane: ControlPlane) -> None:
    """`latest` is the newest version in any state, not the newest enabled one."""
    (version,) = plane.world.secrets[f"projects/cloudact-testing-1/secrets/{SECRET}"]
    version.state = "DISABLED"

    assert completed(run(plane, job="daily")).message.endswith("is in DISABLED state.")


def test_tag_is_resolved_when_the_execution_starts(plane: ControlPlane) -> None:
    """A moved tag changes the next run: the container is started by the digest of that moment."""
    moved = f"sha256:{'6' * 64}"
    plane.world.jobs[f"{PARENT}/jobs/manual"].template.template.containers[0].image = f"{IMAGE_NAME}:v1"
    assert plane.world.find_image(f"{IMAGE_NAME}:v1") == Image(IMAGE_NAME, DIGEST, ("v1",))
    plane.world.images[:] = [Image(IMAGE_NAME, DIGEST), Image(IMAGE_NAME, moved, ("v1",))]

    assert plane.world.find_image(f"{IMAGE_NAME}:v1") == Image(IMAGE_NAME, moved, ("v1",))
    assert run(plane).succeeded_count == 1


def test_command_that_the_image_does_not_have(plane: ControlPlane) -> None:
    """A spec's command replaces the image's entry point; one that is not there ends with 127."""
    plane.world.jobs[f"{PARENT}/jobs/manual"].template.template.containers[0].command = ["python3"]
    run(plane)

    assert plane.executions.runs[0].tasks[0].last_attempt_result.exit_code == 127
