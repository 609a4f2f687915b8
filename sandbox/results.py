"""How each job's last whole run ended, from the stand-in's executions and log."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from google.cloud.logging_v2.types import LogEntry
from google.protobuf.json_format import MessageToDict

from operations.executions.counts import tell_counts
from runtime.config.catalog import Catalog
from runtime.config.environment import Environment
from sandbox.control_plane import ControlPlane


@dataclass(frozen=True, slots=True)
class Result:
    """`summary` is the job's last line, empty where it left none."""

    job: str
    succeeded: bool
    summary: Mapping[str, Any]

    @property
    def row(self) -> tuple[str, str, str, str]:
        """Its line of a table."""
        told = tell_counts(self.summary.get("counts", {}))
        status = str(self.summary.get("status", "no summary"))
        reason = str(self.summary.get("reason", ""))
        return self.job, status, f"{self.summary.get('duration_ms', 0):.0f} ms", told or reason


def read_results(catalog: Catalog, environment: Environment, plane: ControlPlane) -> list[Result]:
    """One for each job that ran, in the catalog's order."""
    summaries = {_execution_of(entry): _read_fields(entry) for entry in plane.logs.entries if _is_summary(entry)}
    results = []
    for job in catalog.jobs:
        for run in reversed(plane.executions.runs):
            execution = run.execution
            whole = list(execution.template.containers[0].args) == [job.name]
            if execution.job == environment.job_name(job) and whole:
                summary = summaries.get(execution.name.rpartition("/")[2], {})
                results.append(Result(job.name, execution.succeeded_count == execution.task_count, summary))
                break
    return results


def _is_summary(entry: LogEntry) -> bool:
    return _read_fields(entry).get("event") == "summary"


def _read_fields(entry: LogEntry) -> dict[str, Any]:
    return dict(MessageToDict(LogEntry.pb(entry).json_payload))


def _execution_of(entry: LogEntry) -> str:
    return entry.labels["run.googleapis.com/execution_name"]
