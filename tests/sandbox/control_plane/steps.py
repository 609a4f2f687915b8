"""What the tests of the stand-in do and look at again and again."""

from __future__ import annotations

from typing import Any

from google.cloud import run_v2

from sandbox.control_plane import ControlPlane
from sandbox.control_plane.example import PARENT, PROJECT, call


def run(plane: ControlPlane, *args: str, job: str = "manual", **overrides: Any) -> run_v2.Execution:
    """Starts the job with these arguments and waits for its end."""
    start(plane, *args, job=job, **overrides)
    plane.executions.settle()
    return plane.executions.runs[-1].execution


def start(plane: ControlPlane, *args: str, job: str = "manual", **overrides: Any) -> Any:
    """The operation of a new execution, which goes on."""
    if args:
        overrides["containerOverrides"] = [{"args": args}]
    return call(plane, "POST", f"/v2/{PARENT}/jobs/{job}:run", {"overrides": overrides} if overrides else {})


def wait_for_line(plane: ControlPlane, event: str) -> None:
    """Returns once a job has written the event."""
    plane.timeline.wait(lambda: event in events(plane))


def events(plane: ControlPlane) -> list[str]:
    """The events and texts in the log, in order of arrival."""
    return [entry.text_payload or str(dict(entry.json_payload or {}).get("event", "")) for entry in plane.logs.entries]


def completed(execution: run_v2.Execution) -> run_v2.Condition:
    """The condition that says how it ended."""
    return next(condition for condition in execution.conditions if condition.type_ == "Completed")


def read_logs(plane: ControlPlane, text: str, **request: Any) -> Any:
    """The answer to `entries:list` with that filter."""
    return call(plane, "POST", "/v2/entries:list", {"resourceNames": [f"projects/{PROJECT}"], "filter": text} | request)
