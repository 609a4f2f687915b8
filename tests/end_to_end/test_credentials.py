"""Credentials that are missing, misplaced or another project's are refused with what to do instead."""

from __future__ import annotations

from pathlib import Path

import pytest

from sandbox.control_plane.world.world import Binding
from sandbox.faults import Fault, Kind
from tests.support.operators_cloud import CHECKOUT, Cloud

VARIABLE = "GOOGLE_APPLICATION_CREDENTIALS"
COMMANDS = [("run-job", "stage", "alerts"), ("list-jobs", "stage"), ("pause", "stage", "--reason", "x")]
OPERATOR = "serviceAccount:operator@cloudact-testing-1.iam.gserviceaccount.com"


def refuse(cloud: Cloud, *command: str, **changes: str) -> str:
    """The one line that the command says before it has sent anything."""
    done = cloud.run(*(command or COMMANDS[0]), **changes)
    assert (2, "", []) == (done.status, done.output, cloud.plane.server.requests)
    assert done.errors.count("\n") == 1
    return done.errors


@pytest.mark.parametrize("command", COMMANDS)
def test_without_credentials_every_command_says_how_to_get_them(cloud: Cloud, command: tuple[str, ...]) -> None:
    """No variable, no file of gcloud's, no metadata server."""
    line = refuse(cloud, *command, **{VARIABLE: "", "GCE_METADATA_HOST": "127.0.0.1:1"})
    key = f"export {VARIABLE}=/absolute/path/of/key.json, outside the repository"
    assert line.endswith(f" - gcloud auth application-default login, or {key}\n")


@pytest.mark.parametrize("path", ["key.json", "./key.json", "~/key.json"])
def test_a_path_that_is_not_absolute_is_refused_with_the_one_to_use(cloud: Cloud, tmp_path: Path, path: str) -> None:
    """FR-SJ-006.2: a tilde does not expand in gcloud."""
    line = refuse(cloud, **{VARIABLE: path})
    intended = tmp_path / "key.json" if path.startswith("~") else Path.cwd() / "key.json"
    assert f"{path!r}, not an absolute path - export {VARIABLE}={intended}\n" in line


def test_a_key_inside_the_repository_is_refused(cloud: Cloud) -> None:
    """NFR-SJ-002.3: one careless commit publishes it."""
    assert "inside the repository" in refuse(cloud, **{VARIABLE: str(CHECKOUT / "key.json")})


def test_a_key_of_another_project_is_refused_by_name(cloud: Cloud, tmp_path: Path) -> None:
    """FR-SJ-006.3: prod's key does not run stage."""
    line = refuse(cloud, **{VARIABLE: str(tmp_path / "cloudact-prod.json")})
    assert "is a key of project cloudact-prod, but stage is in project cloudact-testing-1" in line


def test_a_shell_that_is_set_to_another_project_is_refused_by_name(cloud: Cloud) -> None:
    """Somebody who has just worked on prod."""
    line = refuse(cloud, GOOGLE_CLOUD_PROJECT="cloudact-prod")
    assert "GOOGLE_CLOUD_PROJECT is 'cloudact-prod', but stage is in project cloudact-testing-1" in line


KEY = '{"type": "service_account", "client_email": "a@b", "private_key_id": "1", "private_key": "%s"}'


@pytest.mark.parametrize(
    "text",
    [
        *("", "no JSON", "[]", "{}", '{"type": 1}', '{"type": "gdch"}', KEY % "x"),
        *(f'{{"type": "{kind}"}}' for kind in ("service_account", "authorized_user", "impersonated_service_account")),
    ],
)
def test_a_damaged_key_is_one_sentence(cloud: Cloud, tmp_path: Path, text: str) -> None:
    """Never a traceback, nor the name of an exception."""
    file = tmp_path / "damaged.json"
    file.write_text(text, encoding="utf-8")
    line = refuse(cloud, **{VARIABLE: str(file)})
    assert str(file) in line
    assert "Error" not in line


def test_a_refused_token_says_how_to_get_another(cloud: Cloud) -> None:
    """Google's 401."""
    error = {"error": {"code": 401, "message": "Request had invalid authentication credentials.", "status": "X"}}
    cloud.plane.server.faults.add(Fault(Kind.RESPOND, status=401, body=error))
    done = cloud.run("run-job", "stage", "alerts")
    assert done.status == 2
    assert "gcloud auth application-default login" in done.errors


@pytest.mark.parametrize(
    ("role", "command", "permission", "needed"),
    [
        ("roles/run.viewer", ("run-job", "stage", "alerts"), "run.jobs.run", "roles/run.jobsExecutor"),
        (
            "roles/run.invoker",
            ("run-job", "stage", "alerts"),
            "run.executions.list",
            "roles/run.viewer",
        ),
        ("roles/run.viewer", ("list-jobs", "stage"), "cloudscheduler.jobs.list", "roles/cloudscheduler.viewer"),
        (
            "roles/cloudscheduler.viewer",
            ("pause", "stage", "--reason", "x"),
            "cloudscheduler.jobs.update",
            "roles/cloudscheduler.admin",
        ),
    ],
)
def test_a_missing_permission_is_named_with_a_role_that_has_it(
    cloud: Cloud, role: str, command: tuple[str, ...], permission: str, needed: str
) -> None:
    """Google's 403."""
    world = cloud.plane.world
    world.bindings = {each for each in world.bindings if each.member != OPERATOR}
    world.bindings.add(Binding("projects/cloudact-testing-1", role, OPERATOR))
    done = cloud.run(*command)
    assert (2, 0) == (done.status, cloud.count_starts())
    assert f"lacks the permission {permission}:" in done.errors
    assert f"ask for {needed} in cloudact-testing-1" in done.errors


def test_options_need_a_wider_role_than_a_plain_run(cloud: Cloud) -> None:
    """Overrides can inject environment variables: only those who may do that may pass options."""
    world = cloud.plane.world
    world.bindings = {each for each in world.bindings if each.member != OPERATOR}
    for role in ("roles/run.viewer", "roles/run.jobsExecutor", "roles/logging.viewer"):
        world.bindings.add(Binding("projects/cloudact-testing-1", role, OPERATOR))
    assert cloud.run("run-job", "stage", "alerts").status == 0
    done = cloud.run("run-job", "stage", "alerts", "--", "--dry-run")
    assert done.status == 2
    assert "ask for roles/run.jobsExecutorWithOverrides" in done.errors


def test_a_job_that_is_not_there_names_the_command_that_makes_it(cloud: Cloud) -> None:
    """Google's 404."""
    del cloud.plane.world.jobs[cloud.job("stage", "alerts").name]
    done = cloud.run("run-job", "stage", "alerts")
    assert done.status == 2
    assert "bin/create-all-jobs stage makes what is missing" in done.errors


def test_an_api_that_is_not_enabled_names_the_command_that_enables_it(cloud: Cloud) -> None:
    """Google's other 403."""
    cloud.plane.world.services.remove(("cloudact-testing-1", "cloudscheduler.googleapis.com"))
    done = cloud.run("list-jobs", "stage")
    assert done.status == 2
    assert "cloudscheduler.googleapis.com is not enabled in cloudact-testing-1" in done.errors
    assert "bin/create-all-jobs stage --prepare" in done.errors


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_hiccup_of_google_is_retried(cloud: Cloud, status: int) -> None:
    """Reads and pauses; both are safe to repeat."""
    cloud.plane.server.faults.add(Fault(Kind.RESPOND, status=status, count=1))
    done = cloud.run("list-jobs", "stage")
    assert done.status == 0
    assert "again in" in done.errors


def test_a_machine_of_googles_needs_no_key(cloud: Cloud) -> None:
    """Cloud Shell, Cloud Build: the metadata server has the token."""
    email = OPERATOR.removeprefix("serviceAccount:")
    cloud.plane.world.accounts[email] = "cloudact-testing-1"
    host = cloud.plane.metadata_for(email).url.removeprefix("http://")
    done = cloud.run("run-job", "stage", "quota-reset", **{VARIABLE: "", "GCE_METADATA_HOST": host})
    assert (0, 1) == (done.status, cloud.count_starts()), done.errors
    assert email == cloud.plane.executions.runs[0].execution.creator
