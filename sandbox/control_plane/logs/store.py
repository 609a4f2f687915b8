"""The log entries of all projects, and how an execution's output becomes entries."""

from __future__ import annotations

import json
from datetime import datetime
from functools import cached_property
from typing import Any, Protocol
from urllib.parse import quote

from google.api.monitored_resource_pb2 import MonitoredResource
from google.cloud.logging_v2.types import LogEntry
from google.logging.type.log_severity_pb2 import LogSeverity
from google.protobuf.json_format import MessageToDict

from sandbox.control_plane.moments import read_moment, stamp
from sandbox.control_plane.timeline import Timeline

LOGS = {
    "stdout": "run.googleapis.com/stdout",
    "stderr": "run.googleapis.com/stderr",
    "system": "run.googleapis.com/varlog/system",
}

SEVERITIES: dict[str, int] = dict(LogSeverity.items())


class Writer(Protocol):
    """Takes a line of a stream, at its own time, at `when`, or now."""

    def __call__(self, stream: str, line: str, when: datetime | None = None) -> None:
        """Makes it an entry."""


class Line:
    """An entry that does not change any more, and what a filter sees of it: that is made once, not at every read."""

    def __init__(self, entry: LogEntry) -> None:
        self.entry = entry

    @cached_property
    def fields(self) -> dict[str, Any]:
        """The entry as the API's JSON has it."""
        described: dict[str, Any] = MessageToDict(LogEntry.pb(self.entry))
        return described

    @cached_property
    def timestamp(self) -> float:
        """In epoch seconds."""
        return read_moment(self.entry.timestamp).timestamp()

    @cached_property
    def receive_timestamp(self) -> float:
        """In epoch seconds."""
        return read_moment(self.entry.receive_timestamp).timestamp()

    @cached_property
    def severity(self) -> int:
        """The number of google.logging.type.LogSeverity."""
        return int(self.entry.severity)

    @cached_property
    def log_name(self) -> str:
        """With its project."""
        return str(self.entry.log_name)


class LogStore:
    """Entries in order of arrival. While `held`, new ones stay invisible, as entries on their way through ingestion."""

    def __init__(self, timeline: Timeline) -> None:
        self._timeline = timeline
        self._lines: list[Line] = []
        self._visible: int | None = None

    @property
    def lines(self) -> list[Line]:
        """What a reader sees now."""
        with self._timeline.change():
            return self._lines[: self._visible]

    @property
    def entries(self) -> list[LogEntry]:
        """The same as messages."""
        return [line.entry for line in self.lines]

    def hold(self) -> None:
        """Keeps entries that arrive from now on invisible."""
        self._visible = len(self._lines)

    def release(self) -> None:
        """Shows all entries."""
        self._visible = None

    def clear(self) -> None:
        """Forgets all entries."""
        self._lines.clear()

    def append(self, entry: LogEntry) -> None:
        """Adds an entry; what it leaves open (time of receipt, id) is filled in."""
        with self._timeline.change():
            entry.receive_timestamp = stamp(self._timeline.now())
            if "timestamp" not in entry:
                entry.timestamp = stamp(self._timeline.now())
            entry.insert_id = f"{len(self._lines):012d}"
            self._lines.append(Line(entry))

    def writer(self, execution: str, task: int, attempt: int, *, trusts_time: bool) -> Writer:
        """Takes the lines of one attempt; `trusts_time` lets a line's own `time` become the entry's."""
        _, project, _, location, _, job, _, short = execution.split("/")
        labels = {
            "run.googleapis.com/execution_name": short,
            "run.googleapis.com/task_index": str(task),
            "run.googleapis.com/task_attempt": str(attempt),
        }
        resource = MonitoredResource(
            type="cloud_run_job", labels={"project_id": project, "location": location, "job_name": job}
        )

        def write(stream: str, line: str, when: datetime | None = None) -> None:
            log_name = f"projects/{project}/logs/{quote(LOGS[stream], safe='')}"
            entry = LogEntry(log_name=log_name, resource=resource, labels=labels)
            _fill(entry, line, trusts_time=trusts_time)
            if when is not None:
                entry.timestamp = stamp(when)
            self.append(entry)

        return write


def _fill(entry: LogEntry, line: str, *, trusts_time: bool) -> None:
    """A line that is a JSON object is structured: its `severity` and `time` become the entry's own."""
    fields = _parse_object(line)
    if fields is None:
        entry.text_payload = line
        return
    severity = str(fields.pop("severity", "DEFAULT")).upper()
    entry.severity = SEVERITIES.get(severity, LogSeverity.DEFAULT)
    moment = _parse_time(fields.pop("time")) if "time" in fields else None
    if moment is not None and trusts_time:
        entry.timestamp = stamp(moment)
    if set(fields) == {"message"}:
        entry.text_payload = str(fields["message"])
    else:
        LogEntry.pb(entry).json_payload.update(fields)


def _parse_object(line: str) -> dict[str, Any] | None:
    try:
        parsed = json.loads(line)
    except ValueError:
        return None
    return parsed if isinstance(parsed, dict) else None


def _parse_time(text: object) -> datetime | None:
    try:
        moment = datetime.fromisoformat(str(text))
    except ValueError:
        return None
    return moment if moment.tzinfo else None
