"""Containers that end as a test wants, in place of the jobs."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sandbox.control_plane import Program
from tests.support.operators_cloud import Cloud

# Steps: a JSON object is a line of the log, a number the exit status, a negative one a signal to itself, "wait" stays.
SCRIPT = """
import json, os, signal, sys
steps = json.loads(os.environ["PLAY"])
steps = steps[int(os.environ["CLOUD_RUN_TASK_INDEX"])] if isinstance(steps[0], list) else steps
for step in steps:
    if isinstance(step, dict):
        print(json.dumps(step), flush=True)
    elif step == "wait":
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
        signal.pause()
    elif step < 0:
        os.kill(os.getpid(), -step)
    else:
        sys.exit(step)
"""
PLAYER = Program((sys.executable, "-I", "-S", "-c", SCRIPT), Path("/"))

Step = dict[str, Any] | int | str


@dataclass(frozen=True, slots=True)
class Play:
    """A cloud, and what its containers do."""

    cloud: Cloud

    def set(self, *steps: Step) -> None:
        """From now on every container does this."""
        self.cloud.runner.network["PLAY"] = json.dumps(steps)

    def set_tasks(self, *tasks: list[Step]) -> None:
        """From now on each task does its own."""
        self.cloud.runner.network["PLAY"] = json.dumps(tasks)


def summary(status: str = "done", **fields: object) -> Step:
    """A job's last line."""
    severity = "INFO" if status == "done" else "ERROR"
    return {"severity": severity, "event": "summary", "status": status, "counts": {}, **fields}
