"""How an execution ended, in one line, from the stand-in's executions and log."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from google.cloud.logging_v2.types import LogEntry
from google.protobuf.json_format import MessageToDict

from operations.executions.counts import format_counts
from sandbox.control_plane import ControlPlane
from sandbox.control_plane.run.state import Run


@dataclass(frozen=True, slots=True)
class Result:
    """`summary` is the last line of the job; without one `message` says why, in Cloud Run's words."""

    job: str
    execution: str
    succeeded: bool
    summary: Mapping[str, Any]
    message: str

    @property
    def status(self) -> str:
        """In one word."""
        return str(self.summary.get("status", "failed"))

    @property
    def seconds(self) -> str:
        """How long its last attempt took."""
        return f"{self.summary.get('duration_ms', 0) / 1000:.1f}s"

    @property
    def detail(self) -> str:
        """Why it failed or did nothing, else what it did."""
        if not self.succeeded:
            return str(self.summary.get("error") or self.message)
        return str(self.summary.get("reason") or format_counts(self.summary.get("counts", {})))

    @property
    def row(self) -> tuple[str, str, str, str]:
        """Its line of a table."""
        return self.job, self.status, self.seconds, self.detail


def read_result(plane: ControlPlane, run: Run) -> Result:
    """Of an execution that has ended."""
    execution = run.execution
    name = execution.name.rpartition("/")[2]
    completed = next(condition for condition in execution.conditions if condition.type_ == "Completed")
    summaries = [_read_fields(entry) for entry in plane.logs.entries if _execution_of(entry) == name]
    summary: dict[str, Any] = next((fields for fields in reversed(summaries) if fields.get("event") == "summary"), {})
    job = str(execution.labels.get("job", execution.job))
    return Result(job, name, execution.succeeded_count == execution.task_count, summary, completed.message)


def _read_fields(entry: LogEntry) -> dict[str, Any]:
    return dict(MessageToDict(LogEntry.pb(entry).json_payload))


def _execution_of(entry: LogEntry) -> str:
    return entry.labels.get("run.googleapis.com/execution_name", "")
