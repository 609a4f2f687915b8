"""What set-up does, one step a line, each with its time; a step that fails says why in its own words."""

from __future__ import annotations

import fcntl
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO

# A longer silence looks like a standstill.
DOT_SECONDS = 2
CAUSE_LINES = 8


class StepFailed(Exception):
    """The text names the step and ends with the last lines that its command wrote."""


def run_step(title: str, *commands: Sequence[str], environment: Mapping[str, str] | None = None) -> None:
    """Runs the commands one after the other, with a dot every two seconds. Raises StepFailed at the first failure."""
    print(f"setup: {title} ...", end="", flush=True)
    started = time.monotonic()
    for command in commands:
        cause = _run(command, environment)
        if cause:
            print(" failed", flush=True)
            raise StepFailed("\n  ".join((f"{title} failed:", *cause)))
    print(f" {time.monotonic() - started:.1f} s", flush=True)


def _run(command: Sequence[str], environment: Mapping[str, str] | None) -> Sequence[str]:
    """Why it failed; nothing if it did not."""
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as output:
        try:
            status = _wait(command, environment, output)
        except OSError as error:
            return [str(error)]
        output.seek(0)
        lines = [line.rstrip() for line in output if line.strip()][-CAUSE_LINES:]
    return [] if status == 0 else lines or [f"{command[0]} ended with {status} and wrote nothing"]


def _wait(command: Sequence[str], environment: Mapping[str, str] | None, output: IO[str]) -> int:
    with subprocess.Popen(
        command, env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT
    ) as process:
        while True:
            try:
                return process.wait(DOT_SECONDS)
            except subprocess.TimeoutExpired:
                print(".", end="", flush=True)


@contextmanager
def one_at_a_time(file: Path) -> Iterator[None]:
    """Holds the file's lock, which ends with this process at the latest; says so if it has to wait for another."""
    with file.open("r+b") as held:  # for writing: else NFS gives no lock
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("setup: another make is installing here; waiting until it has ended", flush=True)
            fcntl.flock(held, fcntl.LOCK_EX)
        yield
