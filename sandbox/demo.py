"""make demo: a tour of the sandbox in four parts, with the real commands, in a cloud that is gone at the end."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from runtime.process.errors import JobError
from sandbox.guarded import open_folder
from sandbox.progress import Progress
from sandbox.shell.subshell import make_variables
from sandbox.starting import start_cloud
from sandbox.table import show
from sandbox.terraform.command import run_with_terraform

if TYPE_CHECKING:
    from sandbox.actions.action import Sandbox

# Of Terraform's output.
SHOWN = ("Plan:", "No changes", "Apply complete!")
CLOSING = """
You saw Terraform make an environment, a release of it, its triggers at work,
and a failure with its exit status and its reason. All of that ran the code
that runs in production: only the services around it were stand-ins, and they
are gone now. Try next: `make sandbox` is the same cloud for as long as you
like; docs/sandbox.md is a first visit to it; README.md has the commands.
"""


@dataclass(slots=True)
class Tour:
    """The commands of a tour, each of which has to end as it should: else JobError, and the tour ends."""

    sandbox: Sandbox
    variables: dict[str, str]
    progress: Progress

    def run(self, *command: str, expected: int = 0) -> None:
        """A command of bin/, its output as it comes."""
        shown = self._show(f"bin/{' '.join(command)}")
        self._judge(shown, self._start(command).wait(), expected)

    def run_terraform(self, *command: str) -> None:
        """One that Terraform takes part in: of its output only the sums, and what exists then."""
        shown = self._show(f"bin/{' '.join(command)}")
        with self.progress.step(f"Terraform for {shown}"):
            # Its own sign of life would be in the way of the tour's.
            process = self._start(command, stdout=subprocess.PIPE, TERM="dumb")
            output = process.communicate()[0]
        applied, _, inventory = output.rpartition("\n\n")
        print("\n".join(line for line in applied.splitlines() if line.startswith(SHOWN)))
        show(inventory.rstrip("\n"), sys.stdout)
        self._judge(shown, process.returncode, 0)

    def act(self, *words: str, expected: int = 0) -> None:
        """The `sandbox` command."""
        from sandbox.actions.dispatch import perform

        shown = self._show(f"sandbox {' '.join(words)}")
        telling = perform(self.sandbox, list(words))
        while True:
            try:
                show(next(telling), sys.stdout)
            except StopIteration as end:
                self._judge(shown, end.value, expected)
                return

    def _start(self, command: Sequence[str], stdout: int | None = None, **variables: str) -> subprocess.Popen[str]:
        folder = self.sandbox.cloud.estate.checkout.folder
        return subprocess.Popen(
            (folder / "bin" / command[0], *command[1:]),
            cwd=folder,
            env={**self.variables, **variables},
            stdin=subprocess.DEVNULL,
            stdout=stdout,
            text=True,
        )

    def _show(self, typed: str) -> str:
        print(f"\n$ {typed}", flush=True)
        return typed

    def _judge(self, typed: str, status: int, expected: int) -> None:
        if status:
            print(f"exit status {status}", flush=True)
        if status != expected:
            raise JobError(f"{typed} ended with {status}, not {expected}", "its output is above")


def main() -> int:
    """0, or JobError for the first command that does not end as it should."""
    with ExitStack() as stack:
        folder = stack.enter_context(open_folder("cloudact-demo-"))
        progress = stack.enter_context(Progress(_say))
        _say("A Google Cloud on this machine, with all that the jobs talk to:")
        cloud = stack.enter_context(start_cloud(folder, (), progress))
        from sandbox.actions.action import Sandbox
        from sandbox.actions.breakages import Breakages

        variables = make_variables(folder, Path(cloud.estate.checkout.folder), cloud.variables(), "")
        tour = Tour(Sandbox(cloud, Breakages(cloud)), variables, progress)
        _show_all(tour)
    print(CLOSING)
    return 0


def _show_all(tour: Tour) -> None:
    from sandbox.actions.kinds import SECRETS

    jobs = tour.sandbox.cloud.catalog.jobs
    job = next(job.name for job in jobs if job.cron and SECRETS["api"] in job.secrets)
    _head("1. Terraform makes stage: jobs, triggers, alerts, grants")
    tour.run_terraform("create-all-jobs", "stage")
    _head("2. A release")
    tour.run("release", "stage")
    _head("3. Cloud Scheduler fires the triggers")
    tour.act("tick", "all")
    tour.run("list-jobs", "stage")
    _head("4. Something goes wrong")
    tour.act("break", "api", "wrong-key")
    tour.run("run-job", "stage", job, expected=1)
    tour.act("heal")
    tour.run("run-job", "stage", job)


def _head(title: str) -> None:
    print(f"\n\n{title}\n{'=' * len(title)}", flush=True)


def _say(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    sys.exit(run_with_terraform("demo", main))
