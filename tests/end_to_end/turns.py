"""Containers of which each run of a job does what a test has planned for it."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sandbox.control_plane import Program
from tests.support.done import Done
from tests.support.operators_cloud import CHECKOUT, Cloud

# A turn's steps: a JSON object is a line of the log, a number the exit status, "wait" stays until it is told to end,
# {"until": N} stays until the job's turn N has come.
SCRIPT = """
import contextlib, json, os, pathlib, signal, sys
key, folder = " ".join(sys.argv[1:]), pathlib.Path(os.environ["TURNS"])
plan = json.loads((folder / "plan.json").read_text())[key]
number = 0
while True:
    try:
        (folder / f"{key}.{number}").touch(exist_ok=False)
        with contextlib.suppress(OSError):  # nobody waits for it
            os.write(os.open(folder / f"{key}.{number}.awaited", os.O_WRONLY | os.O_NONBLOCK), b".")
        break
    except FileExistsError:
        number += 1
for step in plan[min(number, len(plan) - 1)]:
    if step == "wait":
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
        signal.pause()
    elif isinstance(step, int):
        sys.exit(step)
    elif "until" in step:
        awaited = folder / f"{key}.{step['until']}.awaited"
        os.mkfifo(awaited)
        pipe = os.open(awaited, os.O_RDWR)
        if not awaited.with_suffix("").exists():
            os.read(pipe, 1)
    else:
        print(json.dumps(step), flush=True)
"""
ACTOR = Program((sys.executable, "-I", "-S", "-c", SCRIPT), Path("/"))
Turn = list[Any]
# Nothing listens there.
NOWHERE = "http://127.0.0.1:1"


@dataclass(frozen=True, slots=True)
class Stage:
    """A cloud whose containers go by the plan, and where the admin API is."""

    cloud: Cloud
    folder: Path
    api_url: str

    def plan(self, **turns: list[Turn]) -> None:
        """What the runs of jobs do, by job (`_` for `-`); the last turn goes for all later ones."""
        plan = {name.replace("_", "-"): planned for name, planned in turns.items()}
        plan.setdefault("migrate --status", plan.pop("status", [[]]))
        self.folder.joinpath("plan.json").write_text(json.dumps(plan), encoding="utf-8")

    def run(self, *command: str, answer: str = "", **changes: str) -> Done:
        """Runs a command of bin/."""
        return self.cloud.run(
            *command, answer=answer, **{"API_SERVICE_URL": self.api_url, "SUPABASE_API_URL": NOWHERE, **changes}
        )

    def wait_for(self, turn: str) -> None:
        """Waits until the turn, such as "migrate.0", has come and logged a line."""
        self.cloud.plane.timeline.wait(lambda: self.folder.joinpath(turn).exists())

    @property
    def started(self) -> list[str]:
        """What was started, in order, as the containers' arguments."""
        runs = self.cloud.plane.executions.runs
        return [" ".join(run.execution.template.containers[0].args) for run in runs]


def summary(status: str = "done", counts: dict[str, int] | None = None, **fields: object) -> dict[str, Any]:
    """A job's last line."""
    return {"severity": "INFO", "event": "summary", "status": status, "counts": counts or {}, **fields}


def read_checkout_hash() -> str:
    """The hash of the checkout's migrations, by another way than the product's."""
    from hashlib import sha256

    files = sorted(CHECKOUT.glob("migrations/*.sql"), key=lambda file: file.name.encode())
    lines = (f"{sha256(file.read_bytes()).hexdigest()}  {file.name}\n" for file in files)
    return sha256("".join(lines).encode()).hexdigest()
