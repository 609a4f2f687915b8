"""make demo: stage as Terraform applies it, a release, every trigger: real commands, against stand-ins."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from hashlib import md5
from pathlib import Path
from typing import Any

from operations.terminal.table import align
from runtime.config.catalog import ROOT
from runtime.process.errors import JobError
from sandbox.cloud import CATALOG, Cloud, open_cloud
from sandbox.control_plane import Program
from sandbox.results import read_results
from sandbox.services import Services
from sandbox.terraform.command import run_with_terraform
from sandbox.terraform.estate import choose_image, furnish_projects, image_of
from sandbox.terraform.harness import serve_provider
from sandbox.turn import take_turn
from sandbox.whole_platform import STAGE, permit_secrets
from sandbox.workplace import Workplace, open_workplace

# Not in the checkout: PostgreSQL runs as another user, whom a home folder may be closed to.
STATE = Path("/var/tmp", f"cloudact-sandbox-{os.getuid()}-{md5(ROOT.encode()).hexdigest()[:8]}")
# Of Terraform's output, which goes on for 2,000 lines.
TOLD = ("Plan:", "No changes", "Apply complete!")


@dataclass(frozen=True, slots=True)
class Demo:
    """Everything running, and the environment that points the commands to it."""

    workplace: Workplace
    cloud: Cloud
    variables: dict[str, str]

    def run(self, *command: str) -> int:
        """A command of bin/, its output as it comes; the exit status."""
        show_command(*command)
        path = self.workplace.folder / "bin" / command[0]
        return subprocess.run(
            (path, *command[1:]), env=self.variables, stdin=subprocess.DEVNULL, check=False
        ).returncode

    def fire_triggers(self) -> None:
        """Lets Cloud Scheduler start all jobs that have a trigger, as their cron would."""
        triggers = self.cloud.plane.world.triggers.values()
        print(f"\n# Cloud Scheduler fires the {len(triggers)} triggers", flush=True)
        for trigger in triggers:
            self.cloud.plane.triggers.fire(trigger)
        self.cloud.plane.executions.settle()


def main(state: Path = STATE) -> int:
    """The whole of it, with the platform that `state` remembers; 0 where every command and every job ended well."""
    with take_turn(state), open_demo(state) as demo:
        statuses = [demo.run("doctor", "stage"), demo.run("release", "stage")]
        demo.fire_triggers()
        statuses.append(demo.run("list-jobs", "stage"))
        results = read_results(CATALOG, STAGE, demo.cloud.plane)
    print()
    print(align(("JOB", "STATUS", "DURATION", "COUNTS"), [result.row for result in results]))
    print("\nRun it again: no migration, table or record is made or deleted twice. Google Cloud is new each time:")
    print("Terraform makes its resources, and alerts notifies, again.")
    print(f"Start afresh: rm -r {state}")
    return 0 if not any(statuses) and all(result.succeeded for result in results) else 1


@contextmanager
def open_demo(state: Path) -> Iterator[Demo]:
    """The platform with its memory, and a new Google Cloud in which stage was applied."""
    print(f"Starting the stand-ins: Google Cloud, admin API, Supabase on a real PostgreSQL, BigQuery. State: {state}")
    with ExitStack() as stack:
        services = stack.enter_context(Services(state, STAGE.project, STAGE.supabase_ref))
        network = services.variables()
        secrets = {name: network.pop(name) for name in CATALOG.secrets}
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        workplace = stack.enter_context(open_checkout(folder))
        program = Program((sys.executable, "-m", "runtime"), workplace.folder)
        states = {"stage": apply_stage(workplace)}
        cloud = stack.enter_context(open_cloud(folder, states, secrets, network, program))
        permit_secrets(cloud)
        yield Demo(workplace, cloud, {**cloud.variables["stage"], **network, "PATH": workplace.environment["PATH"]})


@contextmanager
def open_checkout(folder: Path) -> Iterator[Workplace]:
    """A copy of the checkout: Terraform keeps its state there, and no image of a real build is in the way."""
    with serve_provider() as provider:
        workplace = open_workplace(folder, provider)
        shutil.copytree(Path(ROOT, "migrations"), workplace.folder / "migrations")
        furnish_projects(workplace.world)
        choose_image(workplace.root("stage"), image_of("stage"))
        yield workplace


def apply_stage(workplace: Workplace) -> Any:
    """Terraform's state after bin/create-all-jobs; raises JobError with its output where it fails."""
    show_command("create-all-jobs", "stage")
    done = workplace.run("create-all-jobs", "stage")
    if done.status != 0:
        raise JobError(done.output + done.errors)
    applied, _, inventory = done.output.rpartition("\n\n")
    print("\n".join(line for line in applied.splitlines() if line.startswith(TOLD)))
    print(inventory, end="")
    shown = workplace.read_terraform("stage", "show", "-json")
    return json.loads(shown)


def show_command(*command: str) -> None:
    """As a shell shows what was typed."""
    print(f"\n$ bin/{' '.join(command)}", flush=True)


if __name__ == "__main__":
    sys.exit(run_with_terraform("demo", main))
