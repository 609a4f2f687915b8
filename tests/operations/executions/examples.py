"""Executions, tasks and log lines for tests."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from operations.cloud.executions import Execution, State, Task
from operations.cloud.logs import LogLine
from tests.support.scripted_google import CATALOG, EMAIL, PLACE

ALERTS = CATALOG.find("alerts")
NOON = datetime(2026, 3, 31, 12, 0, tzinfo=UTC)
JOB_PATH = f"/v2/{PLACE}/jobs/cloudact-daily-alerts"


def execution(state: State = State.SUCCEEDED, name: str = "cloudact-daily-alerts-x", **changes: Any) -> Execution:
    """One of alerts, started at noon, unless changed."""
    values: dict[str, Any] = {
        "name": name,
        "path": f"{PLACE}/jobs/cloudact-daily-alerts/executions/{name}",
        "creator": EMAIL,
        "state": state,
        "created": NOON,
        "started": NOON,
        "completed": None if state is State.RUNNING else NOON + timedelta(seconds=12),
        "message": "",
        "tasks": 1,
        "succeeded": int(state is State.SUCCEEDED),
        "arguments": ("alerts",),
    }
    return Execution(**{**values, **changes})


def task(exit_code: int = 0, **changes: Any) -> Task:
    """The only one, at its first attempt, unless changed."""
    values: dict[str, Any] = {
        "index": 0,
        "tried": True,
        "exit_code": exit_code,
        "signal": 0,
        "code": 0,
        "message": "",
        "attempts": 1,
    }
    return Task(**{**values, **changes})


def line(fields: Mapping[str, Any] | None = None, *, text: str = "", task: int = 0, attempt: int = 0) -> LogLine:
    """A line of standard output at noon."""
    return LogLine(("t", "i"), NOON, "INFO", task, attempt, False, text, fields or {}, "x")


def summary(status: str, *, task: int = 0, attempt: int = 0, **fields: object) -> LogLine:
    """A job's last line."""
    return line({"event": "summary", "status": status, **fields}, task=task, attempt=attempt)


def describe_execution(name: str = "x", state: str = "", **changes: Any) -> dict[str, Any]:
    """One of alerts as Google's JSON has it; no state is one that runs."""
    condition = {"type": "Completed", "state": state or "CONDITION_RECONCILING"}
    return {
        "name": f"{PLACE}/jobs/cloudact-daily-alerts/executions/{name}",
        "creator": EMAIL,
        "createTime": "2026-03-31T12:00:00.123456789Z",
        "taskCount": 1,
        "conditions": [condition],
        "template": {"containers": [{"args": ["alerts"]}]},
        **changes,
    }


def describe_line(identity: str, fields: Mapping[str, Any], second: int = 0) -> dict[str, Any]:
    """A log entry as Google's JSON has it, so many seconds after noon."""
    return {
        "insertId": identity,
        "timestamp": f"2026-03-31T12:{second // 60:02}:{second % 60:02}Z",
        "severity": "INFO",
        "logName": "projects/p/logs/run.googleapis.com%2Fstdout",
        "labels": {"run.googleapis.com/task_index": "0", "run.googleapis.com/task_attempt": "0"},
        "jsonPayload": fields,
    }
