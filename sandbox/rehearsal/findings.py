"""What a rehearsal found out."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sandbox.rehearsal.mishaps import Kind, Mishaps
from sandbox.rehearsal.period import Period


@dataclass(slots=True)
class Attempt:
    """One start of the container. `lines` are what it wrote, as it wrote them."""

    number: int
    started: datetime
    mishaps: list[Kind]
    ended: datetime
    exit_status: int = 0
    lines: list[str] = field(default_factory=list)

    @property
    def records(self) -> list[dict[str, Any]]:
        """Its lines as the objects that they are."""
        return [json.loads(line) for line in self.lines]

    @property
    def summary(self) -> dict[str, Any]:
        """Its last line."""
        return dict(json.loads(self.lines[-1]))


@dataclass(frozen=True, slots=True)
class RunFinding:
    """One execution. `result` is done, skipped, incomplete, failed or `timed out`; `message` is Cloud Run's."""

    job: str
    execution: str
    created: datetime
    ended: datetime
    succeeded: bool
    message: str
    attempts: Sequence[Attempt]

    @property
    def result(self) -> str:
        """How its last attempt ended."""
        if not self.attempts:
            return "not started"
        if "timeout" in self.message:
            return "timed out"
        return str(self.attempts[-1].summary["status"])

    @property
    def reason(self) -> str:
        """Why it is not plainly done; "" if it is."""
        if not self.attempts:
            return self.message
        summary = self.attempts[-1].summary
        return str(summary.get("error") or summary.get("reason") or "")

    @property
    def counts(self) -> Mapping[str, int]:
        """What it did."""
        return dict(self.attempts[-1].summary["counts"]) if self.attempts else {}

    @property
    def duration(self) -> timedelta:
        """From the start of the first attempt to the end of the last."""
        return self.ended - self.created

    @property
    def mishaps(self) -> list[Kind]:
        """What its attempts met, each kind once."""
        return list(dict.fromkeys(kind for attempt in self.attempts for kind in attempt.mishaps))

    @property
    def retries(self) -> int:
        """How often Cloud Run started it again."""
        return max(0, len(self.attempts) - 1)


@dataclass(frozen=True, slots=True)
class Alarm:
    """An alert that would have been sent: the policy's `name` and `severity`, and the `cause` that made it fire.

    `execution` is the one that failed, "" if no execution is the cause.
    """

    when: datetime
    name: str
    severity: str
    job: str
    cause: str
    execution: str = ""


@dataclass(frozen=True, slots=True)
class Delivery:
    """A trigger's attempt to start its job; `refusal` is "" for one that was accepted."""

    when: datetime
    job: str
    refusal: str


@dataclass(frozen=True, slots=True)
class Findings:
    """The whole rehearsal. `ticks` are those of each job with a trigger; `paused`: the environment pauses all."""

    environment: str
    project: str
    period: Period
    mishaps: Mishaps
    ticks: Mapping[str, Sequence[datetime]]
    paused: bool
    channels: Sequence[str]
    runs: Sequence[RunFinding]
    deliveries: Sequence[Delivery]
    alarms: Sequence[Alarm]

    def runs_of(self, job: str) -> list[RunFinding]:
        """The job's executions in order of creation."""
        return [run for run in self.runs if run.job == job]
