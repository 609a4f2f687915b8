"""A made-up cloud with what Terraform applied in it, and the commands of bin/ run against it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.sandbox.admin_api import AdminState, serve_admin_api
from tests.sandbox.control_plane import ControlPlane, ProcessRunner, Program, World, point_to
from tests.sandbox.control_plane.world.applied import add_applied
from tests.sandbox.control_plane.world.world import add_surroundings
from tests.sandbox.http_server import HttpServer
from tests.terraform.estate import DIGEST, ENVIRONMENTS

CHECKOUT = Path(__file__).resolve().parents[2]
OPERATOR = "operator@{project}.iam.gserviceaccount.com"
APIS = ("artifactregistry", "cloudscheduler", "run", "secretmanager")
SUPABASE_TOKEN = "sbp_0123456789abcdef0123456789abcdef01234567"
PATIENCE_SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class Done:
    """How a command ended, and what it wrote."""

    status: int
    output: str
    errors: str


@dataclass(frozen=True, slots=True)
class Cloud:
    """The control plane, the API behind the jobs, and the environment in which a command finds them."""

    plane: ControlPlane
    admin: AdminState
    admin_api: HttpServer
    runner: ProcessRunner
    variables: Mapping[str, Mapping[str, str]]

    def run(self, *command: str, answer: str = "", **changes: str) -> Done:
        """Runs a command of bin/ to its end; `command[1]` names the environment whose operator types it."""
        process = self.start(*command, **changes)
        try:
            output, errors = process.communicate(answer, PATIENCE_SECONDS)
        except subprocess.TimeoutExpired as hung:
            process.kill()
            output, errors = process.communicate()
            raise AssertionError(f"{command} hangs\n{output}\n{errors}") from hung
        return Done(process.returncode, output, errors)

    def start(self, *command: str, **changes: str) -> subprocess.Popen[str]:
        """Starts it and leaves it running."""
        variables = {**self.variables.get(command[1], self.variables["stage"]), **changes}
        return subprocess.Popen(
            (CHECKOUT / "bin" / command[0], *command[1:]),
            env={name: value for name, value in variables.items() if value},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            # Ctrl-C in a test must be possible for the command alone.
            start_new_session=True,
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
        )


@contextmanager
def open_cloud(folder: Path, states: Mapping[str, Any]) -> Iterator[Cloud]:
    """What the states (by environment, as `terraform show -json` says) describe, with secrets, images and operators."""
    with ExitStack() as stack:
        admin = AdminState()
        admin_api = stack.enter_context(serve_admin_api(admin))
        world = furnish(states, str(admin.key))
        runner = ProcessRunner(_map_images(states), {"API_SERVICE_URL": admin_api.url})
        plane = stack.enter_context(ControlPlane(world, runner))
        # The limit of 60 reads a minute is for people, not for a test's eight jobs in as many seconds.
        variables = {name: _equip(plane, folder, ENVIRONMENTS[name]["project"]) for name in states}
        yield Cloud(plane, admin, admin_api, runner, variables)


def furnish(states: Mapping[str, Any], key: str) -> World:
    """The applied resources and what people added to them."""
    from datetime import UTC, datetime

    world = World(created=datetime.now(UTC))
    for name, state in states.items():
        environment = ENVIRONMENTS[name]
        project, suffix = environment["project"], environment["secret_suffix"]
        surroundings = {
            "services": [f"{api}.googleapis.com" for api in APIS],
            "secrets": {f"ca-root-api-key{suffix}": [key], f"supabase-access-token{suffix}": [SUPABASE_TOKEN]},
            "images": [{"name": f"gcr.io/{project}/cloudact-jobs-{name}", "digest": DIGEST, "tags": ["v1"]}],
            "grants": [{"role": "roles/editor", "member": f"serviceAccount:{OPERATOR.format(project=project)}"}],
        }
        add_surroundings(world, {"projects": {project: surroundings}})
        add_applied(world, state)
        add_surroundings(world, {"projects": {project: {"secrets": surroundings["secrets"]}}})
    return world


def _map_images(states: Mapping[str, Any]) -> dict[str, Program]:
    program = Program((sys.executable, "-m", "runtime"), CHECKOUT)
    return {f"gcr.io/{ENVIRONMENTS[name]['project']}/cloudact-jobs-{name}": program for name in states}


def _equip(plane: ControlPlane, folder: Path, project: str) -> dict[str, str]:
    """An operator's environment: the stand-in's addresses and a key of the project; nothing else of this machine."""
    key = folder / f"{project}.json"
    if not key.exists():
        key.write_text(json.dumps(plane.key_for(OPERATOR.format(project=project), project)), encoding="utf-8")
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "GOOGLE_APPLICATION_CREDENTIALS": str(key),
        **point_to(plane.url),
    }
