"""Runs a program on one core and says what it cost."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.cores import MEASURED

LAUNCHER = str(Path(__file__).with_name("launcher.py"))
COLLECTED = re.compile(r"Collected : (\d+)")


@dataclass(frozen=True, slots=True)
class Cost:
    """Start and end in ns of time.monotonic, CPU in seconds, the peak of resident memory in MB."""

    started: int
    ended: int
    cpu: float
    memory: float
    output: str

    @property
    def seconds(self) -> float:
        """From start to end."""
        return (self.ended - self.started) / 1e9


def run(command: Sequence[str], environment: Mapping[str, str], status: int | None = 0) -> Cost:
    """Waits for its end. RuntimeError with the output if it ends with another exit status (None: any)."""
    reader, writer = os.pipe()
    with os.fdopen(reader) as costs:
        done = subprocess.run(
            [sys.executable, "-I", "-S", LAUNCHER, str(writer), str(MEASURED), *command],
            env=dict(environment),
            pass_fds=(writer,),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=True,
        )
        os.close(writer)
        started, ended, cpu, memory, exit_status = costs.read().split()
    if status is not None and int(exit_status) != status:
        raise RuntimeError(f"{' '.join(command)} ended with {exit_status}:\n{done.stdout[-2000:]}")
    return Cost(int(started), int(ended), float(cpu), int(memory) / 1024, done.stdout)


def count_instructions(command: Sequence[str], environment: Mapping[str, str]) -> int | None:
    """Under callgrind, so that it repeats on a noisy machine; None if valgrind is not installed."""
    valgrind = shutil.which("valgrind")
    if valgrind is None:
        return None
    options = ["--tool=callgrind", "--callgrind-out-file=/dev/null"]
    done = subprocess.run(
        [valgrind, *options, *command], env=dict(environment), capture_output=True, text=True, check=True
    )
    found = COLLECTED.search(done.stderr)
    return int(found[1]) if found else None
