"""A job as a separate process: python -m runtime JOB."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from typing import Any, Self

from runtime.config.catalog import ROOT

GIVE_UP_SECONDS = 60.0
# What Google's libraries write to stderr depends on the day: of a Python they say so a year before its life ends.
DATED_WARNINGS = "You are using a Python version", "You are using a non-supported Python version"
QUIET = {"PYTHONWARNINGS": ",".join(f"ignore:{text}:FutureWarning" for text in DATED_WARNINGS)}


@dataclass(frozen=True, slots=True)
class Ending:
    """What is left of a process: its exit status and what it wrote, `lines` being stdout's JSON."""

    exit_status: int
    output: str
    errors: str

    @property
    def lines(self) -> list[dict[str, Any]]:
        """Every line of stdout; one that is no JSON object fails the test."""
        records = [json.loads(line) for line in self.output.splitlines()]
        assert [type(record) for record in records] == [dict] * len(records)
        return records

    @property
    def summary(self) -> dict[str, Any]:
        """The one summary, the last line."""
        summaries = [line for line in self.lines if line["event"] == "summary"]
        assert summaries == self.lines[-1:]
        return summaries[0]


class JobProcess:
    """Starts at once; its environment is `variables`, QUIET, and nothing of this process. Use it in a `with`."""

    def __init__(self, *arguments: str, **variables: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "runtime", *arguments],
            cwd=ROOT,
            env={"PATH": os.defpath, **QUIET, **variables},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    @property
    def pid(self) -> int:
        """Its number."""
        return self._process.pid

    def read_event(self, name: str) -> dict[str, Any]:
        """Reads on until an event of that name. Raises AssertionError if the process ends before."""
        assert self._process.stdout is not None
        for line in self._process.stdout:
            record: dict[str, Any] = json.loads(line)
            if record["event"] == name:
                return record
        raise AssertionError(f"the process ended without {name!r}")

    def terminate(self) -> None:
        """As Cloud Run does at the end of a job's time."""
        self._process.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """As a machine that goes away."""
        self._process.kill()

    def finish(self, seconds: float = GIVE_UP_SECONDS) -> Ending:
        """Waits for the end. What `read_event` read is not in it."""
        output, errors = self._process.communicate(timeout=seconds)
        return Ending(self._process.returncode, output, errors)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        if self._process.poll() is None:
            self._process.kill()
        self._process.communicate()


def run_process(*arguments: str, **variables: str) -> Ending:
    """Runs a job to its end."""
    with JobProcess(*arguments, **variables) as process:
        return process.finish()
