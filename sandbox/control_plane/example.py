"""A small world to try the stand-in and its clients on: three jobs, a trigger, an operator."""

from __future__ import annotations

import http.client
import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sandbox.control_plane.plane import ControlPlane
from sandbox.control_plane.run.process_runner import ProcessRunner, Program
from sandbox.control_plane.timeline import Timeline
from sandbox.control_plane.world.applied import add_applied
from sandbox.control_plane.world.world import World, add_surroundings

PROJECT, REGION = "cloudact-testing-1", "us-central1"
PARENT = f"projects/{PROJECT}/locations/{REGION}"
OPERATOR = "operator@example.com"
START = datetime(2026, 2, 28, 23, 30, tzinfo=UTC)
SECRET = "ca-root-api-key-test"
DIGEST = f"sha256:{'5' * 64}"
IMAGE_NAME = f"gcr.io/{PROJECT}/cloudact-jobs-stage"
IMAGE = f"{IMAGE_NAME}@{DIGEST}"
APIS = ("artifactregistry", "cloudscheduler", "run", "secretmanager")
# What the jobs do, by their first argument; --key=value arguments come from overrides.
SCRIPT = r"""
import json, os, signal, sys, time
def say(event, **fields):
    os.write(1, json.dumps({"severity": "INFO", "event": event, **fields}).encode() + b"\n")
def leave(*_):
    say("terminated"); sys.exit(143)
todo = sys.argv[1]
if todo == "environment": say("environment", variables=dict(os.environ))
elif todo == "exit": print("going", file=sys.stderr); sys.exit(int(sys.argv[2]))
elif todo == "second-try": sys.exit(os.environ["CLOUD_RUN_TASK_ATTEMPT"] == "0")
elif todo == "odd-tasks-fail": sys.exit(int(os.environ["CLOUD_RUN_TASK_INDEX"]) % 2)
elif todo == "die": os.kill(os.getpid(), signal.SIGKILL)
else:
    signal.alarm(120)  # nobody waits for this any longer
    signal.signal(signal.SIGTERM, leave if todo == "hang" else signal.SIG_IGN)
    say("ready")
    while True: signal.pause()
"""


def account(name: str) -> str:
    """A service account's e-mail address."""
    return f"{name}@{PROJECT}.iam.gserviceaccount.com"


def make_plane(document: dict[str, Any] | None = None, timeline: Timeline | None = None) -> ControlPlane:
    """The stand-in over the example's world, or over a changed one. Close it."""
    program = Program((sys.executable, "-c", SCRIPT), Path(__file__).parent)
    return ControlPlane(
        make_world(document), ProcessRunner({IMAGE_NAME: program}, passes_time=timeline is None), timeline
    )


def call(plane: ControlPlane, method: str, path: str, body: object = None, *, email: str = OPERATOR) -> Any:
    """The answer's JSON to a request of that account; an error's has the key "error"."""
    connection = http.client.HTTPConnection("127.0.0.1", plane.server.port, timeout=30)
    headers = {"authorization": f"Bearer {plane.identities.issue_token(email)}", "content-type": "application/json"}
    try:
        connection.request(method, path, None if body is None else json.dumps(body), headers)
        return json.loads(connection.getresponse().read())
    finally:
        connection.close()


def make_world(document: dict[str, Any] | None = None) -> World:
    """The world of `describe_applied()`, or of a changed one, with secrets, an image and an operator."""
    world = World(created=START)
    add_applied(world, document or describe_applied())
    surroundings: dict[str, Any] = {
        "services": [f"{api}.googleapis.com" for api in APIS],
        "secrets": {SECRET: ["the key"]},
        "images": [{"name": IMAGE_NAME, "digest": DIGEST, "tags": ["v1"]}],
        "grants": [{"role": "roles/owner", "member": f"user:{OPERATOR}"}],
    }
    add_surroundings(world, {"projects": {PROJECT: surroundings}})
    return world


def describe_applied() -> dict[str, Any]:
    """As `terraform show -json` says it: the jobs daily (with a trigger and a secret), manual and other."""
    jobs = [describe_job("daily", secrets={"CA_ROOT_API_KEY": SECRET}), describe_job("manual"), describe_job("other")]
    invoker = {"project": PROJECT, "location": REGION, "name": "daily", "role": "roles/run.invoker"}
    grants = [
        _resource("google_cloud_run_v2_job_iam_member", "invoker", invoker | _member("triggers")),
        _resource(
            "google_secret_manager_secret_iam_member",
            "accessor",
            {"project": PROJECT, "secret_id": SECRET, "role": "roles/secretmanager.secretAccessor"} | _member("daily"),
        ),
    ]
    accounts = [
        _resource("google_service_account", name, {"project": PROJECT, "account_id": name})
        for name in ("daily", "manual", "other", "triggers")
    ]
    child = {"resources": [*jobs, *grants, *accounts, describe_trigger()]}
    return {"values": {"root_module": {"child_modules": [child]}}}


def describe_job(name: str, **changes: Any) -> dict[str, Any]:
    """A job that does what its name, or the argument given by an override, says."""
    env: list[dict[str, Any]] = [{"name": "ENVIRONMENT", "value": "stage", "value_source": []}]
    for variable, secret in changes.pop("secrets", {}).items():
        reference = [{"secret_key_ref": [{"secret": secret, "version": "latest"}]}]
        env.append({"name": variable, "value": "", "value_source": reference})
    command = ["python", "-I", "-S", "/app/__main__.py"]
    container = {"image": IMAGE, "args": ["environment"], "command": command, "env": env}
    task = {"containers": [container], "max_retries": 1, "timeout": "600s", "service_account": account(name)}
    template: dict[str, Any] = {
        "parallelism": 1,
        "task_count": 1,
        "labels": {"job": name},
        "template": [task | changes],
    }
    values = {"project": PROJECT, "location": REGION, "name": name, "template": [template], "client": None}
    return _resource("google_cloud_run_v2_job", name, values)


def describe_trigger() -> dict[str, Any]:
    """Starts the job daily at midnight, with one retry."""
    target = {
        "http_method": "POST",
        "uri": f"https://run.googleapis.com/v2/{PARENT}/jobs/daily:run",
        "oauth_token": [{"service_account_email": account("triggers"), "scope": ""}],
    }
    values: dict[str, Any] = {
        "project": PROJECT,
        "region": REGION,
        "name": "daily-trigger",
        "schedule": "0 0 * * *",
        "paused": False,
    }
    retry = {"retry_count": 1, "min_backoff_duration": "30s", "max_backoff_duration": "120s"}
    values |= {"time_zone": "Etc/UTC", "http_target": [target], "retry_config": [retry]}
    return _resource("google_cloud_scheduler_job", "daily", values)


def _member(name: str) -> dict[str, str]:
    return {"member": f"serviceAccount:{account(name)}"}


def _resource(kind: str, name: str, values: dict[str, Any]) -> dict[str, Any]:
    return {"address": f"{kind}.{name}", "type": kind, "values": values}
