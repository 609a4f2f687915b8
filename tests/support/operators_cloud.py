"""A made-up cloud with what Terraform applied in it, and the commands of bin/ run against it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from google.cloud import run_v2

from runtime.config.catalog import load_catalog
from sandbox.control_plane import ControlPlane, ProcessRunner, Program, World, point_to
from sandbox.control_plane.world.applied import add_applied
from sandbox.control_plane.world.world import add_surroundings
from sandbox.terraform.estate import DIGEST, ENVIRONMENTS
from tests.support.command_server import run_command
from tests.support.done import Done

CHECKOUT = Path(__file__).resolve().parents[2]
CATALOG = load_catalog()
RUNTIME = Program((sys.executable, "-m", "runtime"), CHECKOUT)
OPERATOR = "operator@{project}.iam.gserviceaccount.com"
APIS = ("artifactregistry", "cloudscheduler", "run", "secretmanager")
# Far beyond what a command takes.
TIMEOUT_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Cloud:
    """The control plane, and the environment in which each environment's operator finds it."""

    plane: ControlPlane
    runner: ProcessRunner
    variables: Mapping[str, Mapping[str, str]]

    def run(self, *command: str, answer: str = "", **changes: str) -> Done:
        """Runs a command of bin/ to its end; `command[1]` names the environment whose operator types it.

        `changes` are to the operator's environment variables; an empty one is removed.
        """
        return run_command(command, self._variables_of(command, changes), answer, TIMEOUT_SECONDS)

    def start(self, *command: str, **changes: str) -> subprocess.Popen[str]:
        """Starts it and leaves it running."""
        return subprocess.Popen(
            (CHECKOUT / "bin" / command[0], *command[1:]),
            env=self._variables_of(command, changes),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def _variables_of(self, command: Sequence[str], changes: Mapping[str, str]) -> dict[str, str]:
        variables = {**self.variables.get(command[1], self.variables["stage"]), **changes}
        return {name: value for name, value in variables.items() if value}

    def job(self, environment: str, name: str) -> run_v2.Job:
        """A job of the made-up project, to be looked at or changed."""
        found = CATALOG.environments[environment]
        place = f"projects/{found.project}/locations/{found.region}"
        return self.plane.world.jobs[f"{place}/jobs/{found.job_name(CATALOG.find(name))}"]

    def count_starts(self) -> int:
        """How many executions there are."""
        return len(self.plane.executions.runs)


def finish(process: subprocess.Popen[str], answer: str = "") -> Done:
    """Waits for the command's end."""
    try:
        output, errors = process.communicate(answer, TIMEOUT_SECONDS)
    except subprocess.TimeoutExpired as hung:
        os.killpg(process.pid, signal.SIGKILL)
        output, errors = process.communicate()
        raise AssertionError(f"{process.args!r} hangs\n{output}\n{errors}") from hung
    return Done(process.returncode, output, errors)


@contextmanager
def open_cloud(
    folder: Path,
    states: Mapping[str, Any],
    secrets: Mapping[str, str],
    network: Mapping[str, str] | None = None,
    program: Program = RUNTIME,
) -> Iterator[Cloud]:
    """What the states (by environment, as `terraform show -json` says) describe, with images, operators and secrets.

    `secrets` are values by the catalog's variables; `network` is where containers find what is not Google's.
    """
    world = World(created=datetime.now(UTC))
    for name, state in states.items():
        add_applied(world, state)
        _fill(world, name, secrets)
    runner = ProcessRunner({image_name(name): program for name in states}, network)
    with ControlPlane(world, runner) as plane:
        # Google's limit on log reads is for a team's project, not for a minute's work done in a second.
        plane.logging.reads_per_minute = 1000
        yield Cloud(
            plane, runner, {name: _list_variables(plane, folder, ENVIRONMENTS[name]["project"]) for name in states}
        )


def image_name(environment: str) -> str:
    """The name of an environment's image, without the digest."""
    return f"gcr.io/{ENVIRONMENTS[environment]['project']}/cloudact-jobs-{environment}"


def _fill(world: World, name: str, secrets: Mapping[str, str]) -> None:
    environment = CATALOG.environments[name]
    operator = f"serviceAccount:{OPERATOR.format(project=environment.project)}"
    values = {CATALOG.secret_name(variable, environment): [value] for variable, value in secrets.items()}
    surroundings = {
        "services": [f"{api}.googleapis.com" for api in APIS],
        "secrets": values,
        "images": [{"name": image_name(name), "digest": DIGEST, "tags": ["v1"]}],
        "grants": [{"role": "roles/editor", "member": operator}],
    }
    add_surroundings(world, {"projects": {environment.project: surroundings}})


def _list_variables(plane: ControlPlane, folder: Path, project: str) -> dict[str, str]:
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
