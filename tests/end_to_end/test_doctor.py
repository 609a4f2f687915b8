"""bin/doctor checks every precondition, never stops at the first, and names the remedy of each that fails."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from google.cloud import scheduler_v1
from google.protobuf.duration_pb2 import Duration

from operations.diagnosis.project import APIS
from sandbox.admin_api import AdminState, serve_admin_api
from sandbox.faults import Fault, Kind
from tests.catalog import JOBS
from tests.end_to_end.turns import NOWHERE, Stage
from tests.support.operators_cloud import CHECKOUT, Cloud, open_cloud
from tests.support.whole_platform import permit_secrets

PROJECT = "projects/cloudact-testing-1"
KEY_SECRET = f"{PROJECT}/secrets/ca-root-api-key-test"
# One for each job, and those of the project around them.
CHECKS = len(JOBS) + 9
TriggerState = scheduler_v1.Job.State


@pytest.fixture
def stage(tmp_path: Path, states: dict[str, Any], admin: AdminState) -> Iterator[Stage]:
    """All is well, but for Supabase's token, which the operator may not read."""
    secrets = {"CA_ROOT_API_KEY": str(admin.key), "SUPABASE_ACCESS_TOKEN": "sbp_not_looked_at"}
    with serve_admin_api(admin) as api, open_cloud(tmp_path, states, secrets) as cloud:
        yield Stage(cloud, tmp_path, api.url)


def examine(stage: Stage, status: int = 1, **changes: str) -> dict[str, dict[str, str]]:
    """The checks by name."""
    done = stage.run("doctor", "stage", "--json", **changes)
    assert status == done.status, done.output + done.errors
    document = json.loads(done.output)
    jobs = {f"job {found['job']}": found for found in document["jobs"]}
    return {check["check"]: check for check in document["checks"]} | jobs


def disable_api(cloud: Cloud) -> None:
    cloud.plane.world.services.discard(("cloudact-testing-1", "cloudscheduler.googleapis.com"))


def remove_secret(cloud: Cloud) -> None:
    cloud.plane.world.secrets.pop(KEY_SECRET)


def empty_secret(cloud: Cloud) -> None:
    cloud.plane.world.secrets[KEY_SECRET].clear()


def disable_version(cloud: Cloud) -> None:
    cloud.plane.world.secrets[KEY_SECRET][-1].state = "DISABLED"


def remove_images(cloud: Cloud) -> None:
    cloud.plane.world.images.clear()


def change_timeout(cloud: Cloud) -> None:
    cloud.job("stage", "alerts").template.template.timeout = Duration(seconds=60)


def remove_job(cloud: Cloud) -> None:
    cloud.plane.world.jobs.pop(cloud.job("stage", "alerts").name)


def pause_trigger(cloud: Cloud) -> None:
    name = f"{PROJECT}/locations/us-central1/jobs/cloudact-daily-alerts-trigger"
    cloud.plane.world.triggers[name].state = TriggerState(TriggerState.PAUSED)


@pytest.mark.parametrize(
    ("break_it", "check", "printed", "remedy"),
    [
        (disable_api, "APIs", "cloudscheduler.googleapis.com", "bin/create-all-jobs stage --prepare"),
        (
            remove_secret,
            "secret ca-root-api-key-test",
            "does not exist",
            "bin/create-all-jobs stage --prepare; then IFS",
        ),
        (
            empty_secret,
            "secret ca-root-api-key-test",
            "has no version",
            "gcloud secrets versions add ca-root-api-key-test",
        ),
        (disable_version, "secret ca-root-api-key-test", "version, 1, is DISABLED", "enable it, or"),
        (remove_images, "image", "is not in the registry", "bin/build-image stage"),
        (change_timeout, "job alerts", "timeout 60 s, not 1800 s", "bin/create-all-jobs stage"),
        (remove_job, "job alerts", "MISSING", "bin/create-all-jobs stage"),
        (pause_trigger, "job alerts", "paused, no reason given", "bin/resume stage alerts"),
    ],
)
def test_what_is_missing_is_named_with_its_remedy(
    stage: Stage, break_it: Callable[[Cloud], None], check: str, printed: str, remedy: str
) -> None:
    """And everything else is checked anyway."""
    break_it(stage.cloud)
    checks = examine(stage)
    assert (printed in checks[check]["found"], remedy in checks[check]["remedy"]) == (True, True), checks[check]
    if break_it is not disable_api:
        assert [check] == [name for name, found in checks.items() if found["health"] == "wrong"]
        assert CHECKS == len(checks)


def test_all_is_well_in_a_whole_project(stage: Stage) -> None:
    """What the operator may not look at is no fault; a key never shows."""
    checks = examine(stage, 0)
    assert ["API key", "Supabase"] == [name for name, found in checks.items() if found["health"] != "well"]
    assert "ask for roles/secretmanager.secretAccessor" in checks["API key"]["remedy"]
    version, _, path = checks["terraform"]["found"].partition(", ")
    assert (True, "terraform") == (version[0].isdigit(), Path(path).name)


def test_what_is_left_over_is_listed_with_its_removal_and_is_no_fault(stage: Stage) -> None:
    """A job of the old scripts, under our prefix; another team's is left alone."""
    for name in ("cloudact-15min-stale-cleanup", "cloudact-daily-pipelines"):
        job = type(stage.cloud.job("stage", next(iter(JOBS))))(stage.cloud.job("stage", next(iter(JOBS))))
        job.name = f"{PROJECT}/locations/us-central1/jobs/{name}"
        stage.cloud.plane.world.jobs[job.name] = job
    checks = examine(stage, 0)
    assert ["leftover cloudact-15min-stale-cleanup"] == [name for name in checks if name.startswith("leftover")]
    removal = "gcloud run jobs delete cloudact-15min-stale-cleanup --project=cloudact-testing-1 --region=us-central1"
    assert removal == checks["leftover cloudact-15min-stale-cleanup"]["remedy"]


def test_the_key_is_tried_and_never_shown(stage: Stage, admin: AdminState) -> None:
    """A key that the API does not take would fail tonight's jobs."""
    permit_secrets(stage.cloud)
    stage.cloud.plane.world.secrets[KEY_SECRET][-1].value = b"stale-key-of-last-year"
    done = stage.run("doctor", "stage", "--verbose")
    assert done.status == 1
    assert "answered 403" in done.output
    assert "check CA_ROOT_API_KEY, or its secret's last version" in done.output
    assert "stale-key" not in done.output + done.errors


def test_a_key_with_a_line_break_is_refused_as_the_jobs_would(stage: Stage) -> None:
    """The API answers 403 to the right key with a newline: nobody would find out why."""
    permit_secrets(stage.cloud)
    stage.cloud.plane.world.secrets[KEY_SECRET][-1].value += b"\n"
    assert "line break" in examine(stage)["API key"]["found"]


def test_an_api_that_is_down_is_one_line(stage: Stage) -> None:
    """The other checks do not need it."""
    checks = examine(stage, API_SERVICE_URL="http://127.0.0.1:1")
    assert ["API"] == [name for name, found in checks.items() if found["health"] == "wrong"]


def test_without_credentials_the_rest_is_still_checked(stage: Stage) -> None:
    """FR-SJ-006.2: a relative path is refused with the one to use."""
    checks = examine(stage, GOOGLE_APPLICATION_CREDENTIALS="~/key.json")
    assert ["wrong", "well", "well"] == [checks[name]["health"] for name in ("credentials", "terraform", "API")]
    assert "export GOOGLE_APPLICATION_CREDENTIALS=/" in checks["credentials"]["remedy"]


def test_a_network_that_is_down_is_distinguished_from_credentials_that_are_wrong(stage: Stage) -> None:
    """And what needs neither is still checked."""
    checks = examine(stage, CLOUDSDK_API_ENDPOINT_OVERRIDES_SERVICEUSAGE=NOWHERE)
    assert ["network"] == [name for name, found in checks.items() if found["health"] == "wrong"]
    assert "connection refused" in checks["network"]["found"]


def test_credentials_that_google_refuses_are_reported_once(stage: Stage) -> None:
    """A deleted key fails all questions alike: one finding, not ten."""
    refusal = {"error": {"code": 401, "message": "Request had invalid credentials.", "status": "UNAUTHENTICATED"}}
    stage.cloud.plane.server.faults.add(Fault(Kind.RESPOND, status=401, body=refusal, count=None))
    checks = examine(stage)
    assert ["credentials"] == [name for name, found in checks.items() if found["health"] == "wrong"]
    assert "gcloud auth application-default login" in checks["credentials"]["remedy"]


def test_a_missing_terraform_is_found(stage: Stage, tmp_path: Path) -> None:
    """A PATH with what the commands themselves need, and no Terraform."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for tool in ("dirname", "readlink"):
        folder.joinpath(tool).symlink_to(Path("/usr/bin", tool))
    checks = examine(stage, PATH=str(folder))
    assert "there is none on the PATH" in checks["terraform"]["found"]


def test_a_person_reads_a_line_for_each_check(stage: Stage) -> None:
    """Marks first, remedies below, the sum last."""
    empty_secret(stage.cloud)
    lines = stage.run("doctor", "stage").output.splitlines()
    assert "WRONG  secret ca-root-api-key-test" in "\n".join(lines)
    assert f"stage: 1 of {CHECKS} checks failed; 2 not checked" == lines[-1]


def test_local_is_refused(stage: Stage) -> None:
    """FR-SJ-002.5."""
    done = stage.run("doctor", "local")
    assert (2, True) == (done.status, "'local' is not an environment" in done.errors)


def test_what_the_build_of_the_image_calls_is_checked() -> None:
    """It asks for signed provenance, which is kept in Container Analysis: without that API no build succeeds."""
    assert {"cloudbuild.googleapis.com", "containeranalysis.googleapis.com"} <= set(APIS)


def test_terraform_enables_every_api_that_is_checked() -> None:
    """Else the remedy would not help."""
    enabled = CHECKOUT.joinpath("terraform/modules/project/services.tf").read_text(encoding="utf-8")
    assert [] == [api for api in APIS if f'"{api}"' not in enabled]
