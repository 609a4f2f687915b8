"""Terraform, run in one folder: the only place that starts it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from operations.child_environment import inherit_environment
from operations.terraform.command_lines import Command
from operations.terraform.version import require_terraform
from runtime.process.errors import JobError

Process = subprocess.CompletedProcess[str]

# Terraform's own meaning of exit status 2 with -detailed-exitcode.
CHANGES_PLANNED = 2


class TerraformFailed(JobError):
    """Terraform ended with an error, which is on standard error already, or was killed; `output` is what it said."""

    def __init__(self, command: str, folder: Path, output: str, *, killed: bool = False) -> None:
        end, remedy = ("was killed", "run it again") if killed else ("failed", "its message is above")
        super().__init__(f"terraform {command} {end} in {folder}", remedy)
        self.output = output


@dataclass(frozen=True, slots=True)
class Terraform:
    """Terraform in `folder`, with `variables` added to the environment of its processes."""

    folder: Path
    variables: dict[str, str] = field(default_factory=dict)

    def run(self, command: Command, *, accepted: tuple[int, ...] = (0,)) -> int:
        """Runs it with its output shown as it comes; returns its exit status, or raises TerraformFailed."""
        process = self.attempt(command, shown=True)
        if process.returncode not in accepted:
            raise self.failure(command, process)
        return process.returncode

    def watch(self, command: Command, read: Callable[[str], None], *, accepted: tuple[int, ...] = (0,)) -> Process:
        """Runs it unseen with each line given to `read` as it comes; or raises TerraformFailed."""
        process = self.attempt(command, read=read)
        if process.returncode not in accepted:
            raise self.failure(command, process)
        return process

    def read(self, command: Command) -> str:
        """Runs it unseen and returns what it wrote to standard output, or raises TerraformFailed."""
        process = self.attempt(command)
        if process.returncode != 0:
            raise self.failure(command, process)
        return process.stdout

    def attempt(self, command: Command, *, shown: bool = False, read: Callable[[str], None] | None = None) -> Process:
        """Runs it and leaves the judgment to the caller, but for Ctrl-C, after which KeyboardInterrupt is raised."""
        sys.stdout.flush()
        path = require_terraform()
        lines = []
        with _hold_interrupts() as interrupts, tempfile.TemporaryFile("w+") as errors:
            started = subprocess.Popen(
                (path, *command),
                cwd=self.folder,
                env=inherit_environment() | _presentation() | self.variables,
                stdin=subprocess.DEVNULL,
                # With --json a command's own standard output is the other one; the inherited one would not be.
                stdout=(sys.stderr if sys.stdout is sys.stderr else None) if shown else subprocess.PIPE,
                stderr=errors,
                text=True,
            )
            with started:
                for line in started.stdout or ():
                    lines.append(line)
                    if read is not None:
                        read(line)
            errors.seek(0)
            process = Process(started.args, started.returncode, "".join(lines), errors.read())
        if interrupts:
            sys.stderr.write(process.stderr)
            raise KeyboardInterrupt
        return process

    def failure(self, command: Command, process: Process) -> TerraformFailed:
        """Shows what Terraform said and returns the error to raise."""
        sys.stderr.write(process.stderr)
        return TerraformFailed(command[0], self.folder, process.stderr, killed=process.returncode < 0)


@contextmanager
def _hold_interrupts() -> Iterator[list[int]]:
    """Notes Ctrl-C instead of raising: Terraform gets it too, and must live to write its state and free its lock."""
    interrupts: list[int] = []
    before = signal.signal(signal.SIGINT, lambda number, _: interrupts.append(number))
    try:
        yield interrupts
    finally:
        signal.signal(signal.SIGINT, before)


def _presentation() -> dict[str, str]:
    """No hints about commands to type next, and colors for a terminal alone."""
    plain = "" if sys.stdout.isatty() else "-no-color"
    return {"TF_IN_AUTOMATION": "1", "TF_CLI_ARGS": f"{os.environ.get('TF_CLI_ARGS', '')} {plain}".strip()}
