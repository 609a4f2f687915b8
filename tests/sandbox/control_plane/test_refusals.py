"""What the stand-in refuses, as Google does: unknown callers, missing permissions, and what is not understood."""

from __future__ import annotations

import http.client
import json
from typing import Any

import pytest

from sandbox.control_plane import ControlPlane
from sandbox.control_plane.example import PARENT, PROJECT, account, call

JOB = f"/v2/{PARENT}/jobs/daily"
VIEWER = "viewer@example.com"


def _grant(plane: ControlPlane, email: str, role: str, resource: str = f"projects/{PROJECT}") -> None:
    from sandbox.control_plane.world.world import Binding

    plane.world.bindings.add(Binding(resource, role, f"user:{email}"))


@pytest.mark.parametrize("header", [None, "Basic eA==", "Bearer", "Bearer unknown", "Bearer a.b.c"])
def test_unknown_caller(plane: ControlPlane, header: str | None) -> None:
    """401 UNAUTHENTICATED with a challenge, before anything else is looked at."""
    connection = http.client.HTTPConnection("127.0.0.1", plane.server.port)
    connection.request("GET", JOB, headers={} if header is None else {"authorization": header})
    reply = connection.getresponse()
    error = json.loads(reply.read())["error"]
    connection.close()

    assert (reply.status, error["status"]) == (401, "UNAUTHENTICATED")
    assert reply.headers["www-authenticate"].startswith("Bearer ")


def test_revoked_token(plane: ControlPlane) -> None:
    """A token that was good is not good for ever."""
    token = plane.identities.issue_token("operator@example.com")
    assert plane.identities.identify(f"Bearer {token}") == "operator@example.com"
    plane.identities.revoke_tokens()

    connection = http.client.HTTPConnection("127.0.0.1", plane.server.port)
    connection.request("GET", JOB, headers={"authorization": f"Bearer {token}"})
    assert connection.getresponse().status == 401
    connection.close()


@pytest.mark.parametrize(
    ("method", "path", "permission", "resource"),
    [
        ("GET", f"/v2/{PARENT}/jobs", "run.jobs.list", PARENT),
        ("GET", JOB, "run.jobs.get", f"{PARENT}/jobs/daily"),
        ("POST", f"{JOB}:run", "run.jobs.run", f"{PARENT}/jobs/daily"),
        ("GET", f"{JOB}/executions", "run.executions.list", f"{PARENT}/jobs/daily"),
        ("GET", f"{JOB}/executions/e", "run.executions.get", f"{PARENT}/jobs/daily/executions/e"),
        ("POST", f"{JOB}/executions/e:cancel", "run.executions.cancel", f"{PARENT}/jobs/daily/executions/e"),
        ("GET", f"{JOB}/executions/e/tasks", "run.tasks.list", f"{PARENT}/jobs/daily/executions/e"),
        ("GET", f"/v2/{PARENT}/operations/o", "run.operations.get", f"{PARENT}/operations/o"),
        ("GET", f"/v1/{PARENT}/jobs", "cloudscheduler.jobs.list", PARENT),
        ("POST", f"/v1/{PARENT}/jobs/daily-trigger:pause", "cloudscheduler.jobs.pause", f"{PARENT}/jobs/daily-trigger"),
        (
            "POST",
            f"/v1/{PARENT}/jobs/daily-trigger:resume",
            "cloudscheduler.jobs.enable",
            f"{PARENT}/jobs/daily-trigger",
        ),
        ("POST", f"/v1/{PARENT}/jobs/daily-trigger:run", "cloudscheduler.jobs.run", f"{PARENT}/jobs/daily-trigger"),
        ("GET", f"/v1/projects/{PROJECT}/secrets", "secretmanager.secrets.list", f"projects/{PROJECT}"),
        (
            "GET",
            f"/v1/projects/{PROJECT}/secrets/s/versions/latest:access",
            "secretmanager.versions.access",
            f"projects/{PROJECT}/secrets/s/versions/latest",
        ),
        ("GET", f"/v1/projects/{PROJECT}/services", "serviceusage.services.list", f"projects/{PROJECT}"),
    ],
)
def test_caller_without_the_permission(
    plane: ControlPlane, method: str, path: str, permission: str, resource: str
) -> None:
    """403 PERMISSION_DENIED names the permission and the resource; a missing resource is not told apart."""
    error = call(plane, method, path, {} if method == "POST" else None, email="stranger@example.com")["error"]

    assert (error["code"], error["status"]) == (403, "PERMISSION_DENIED")
    assert permission in error["message"]
    assert f"{resource}'" in error["message"] or f'{resource}"' in error["message"]


def test_overrides_need_a_permission_of_their_own(plane: ControlPlane) -> None:
    """roles/run.invoker starts a job as it is; arguments and variables are not its to change."""
    _grant(plane, VIEWER, "roles/run.invoker", f"{PARENT}/jobs/manual")
    path = f"/v2/{PARENT}/jobs/manual:run"

    assert "name" in call(plane, "POST", path, {}, email=VIEWER)
    error = call(plane, "POST", path, {"overrides": {"taskCount": 2}}, email=VIEWER)["error"]
    assert "'run.jobs.runWithOverrides' denied" in error["message"]


def test_role_on_one_resource_opens_no_other(plane: ControlPlane) -> None:
    """The triggers' account may start the job that it is bound to, and nothing else."""
    triggers = account("triggers")

    assert "name" in call(plane, "POST", f"{JOB}:run", {}, email=triggers)
    assert call(plane, "POST", f"/v2/{PARENT}/jobs/manual:run", {}, email=triggers)["error"]["code"] == 403
    assert call(plane, "GET", JOB, email=triggers)["error"]["code"] == 403


def test_api_that_is_not_enabled(plane: ControlPlane) -> None:
    """403 SERVICE_DISABLED, with any roles of the caller."""
    plane.world.services.remove((PROJECT, "run.googleapis.com"))
    error = call(plane, "GET", JOB)["error"]

    assert (error["code"], error["details"][0]["reason"]) == (403, "SERVICE_DISABLED")


def test_role_that_the_stand_in_does_not_know_is_an_error(plane: ControlPlane) -> None:
    """An unknown role of a served API must not pass for one without permissions."""
    _grant(plane, VIEWER, "roles/run.builder")

    with pytest.raises(KeyError, match=r"roles/run\.builder"):
        plane.executions.platform.access.allows(VIEWER, "run.jobs.get", f"projects/{PROJECT}")


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"overides": {}}, "overides"),
        ({"overrides": {"task_count": "many"}}, "task_count"),
        ({"overrides": {"containerOverrides": [{"arguments": []}]}}, "arguments"),
        ({"overrides": {"containerOverrides": {"args": "x"}}}, "containerOverrides"),
        ({"overrides": {"timeout": 5}}, "timeout"),
        ({"overrides": {"containerOverrides": [{}, {}]}}, "more overrides than containers"),
        ({"overrides": {"containerOverrides": [{"name": "side"}]}}, "no container named 'side'"),
        ({"overrides": {"containerOverrides": [{"args": ["a"], "clearArgs": True}]}}, "exclude each other"),
        ([], "Root element"),
    ],
)
def test_request_that_is_not_understood(plane: ControlPlane, body: Any, words: str) -> None:
    """400 INVALID_ARGUMENT, and nothing was started."""
    error = call(plane, "POST", f"{JOB}:run", body)["error"]

    assert (error["code"], error["status"]) == (400, "INVALID_ARGUMENT")
    assert words in error["message"]
    assert plane.executions.runs == []


@pytest.mark.parametrize(
    "path",
    [
        f"/v2/{PARENT}/jobs?limit=5",
        f"/v2/{PARENT}/jobs?pageSize=many",
        f"/v2/{PARENT}/jobs?showDeleted=yes",
        f"/v2/{PARENT}/jobs?pageSize=-1",
        f"/v2/{PARENT}/jobs?pageToken=x",
        f"/v1/projects/{PROJECT}/services?limit=5",
    ],
)
def test_query_parameter_that_is_not_understood(plane: ControlPlane, path: str) -> None:
    """An unknown parameter is refused, not ignored."""
    assert call(plane, "GET", path)["error"]["status"] == "INVALID_ARGUMENT"


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", f"/v2/{PARENT}/jobs/none", "NOT_FOUND"),
        ("GET", f"/v2/{PARENT}/jobs/none/executions", "NOT_FOUND"),
        ("GET", f"{JOB}/executions/none", "NOT_FOUND"),
        ("GET", f"/v2/{PARENT}/operations/none", "NOT_FOUND"),
        ("GET", f"/v1/{PARENT}/jobs/none", "NOT_FOUND"),
        ("GET", f"/v1/projects/{PROJECT}/secrets/none", "NOT_FOUND"),
        ("GET", f"/v1/projects/{PROJECT}/secrets/ca-root-api-key-test/versions/2", "NOT_FOUND"),
        ("GET", "/v1/unheard/of", "NOT_FOUND"),
        ("DELETE", JOB, "UNIMPLEMENTED"),
        ("POST", f"/v1/projects/{PROJECT}/secrets/s:addVersion", "UNIMPLEMENTED"),
        ("GET", f"{JOB}:getIamPolicy", "UNIMPLEMENTED"),
    ],
)
def test_what_is_not_there_and_what_is_not_served(plane: ControlPlane, method: str, path: str, status: str) -> None:
    """404 for a resource or address that does not exist; 501 for a method of the API that the stand-in leaves out."""
    assert call(plane, method, path, {} if method == "POST" else None)["error"]["status"] == status


def test_project_number_stands_for_the_project(plane: ControlPlane) -> None:
    """Google takes either."""
    number = plane.world.projects[PROJECT]

    assert call(plane, "GET", JOB.replace(PROJECT, number)) == call(plane, "GET", JOB)
