"""Executions and their tasks, as Cloud Run Admin v2 describes them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from operations.cloud.answers import read_moment
from runtime.services.cloud_run import Execution as SeenExecution
from runtime.services.json_reader import Fields

# google.rpc.Code
CANCELLED, DEADLINE_EXCEEDED = 1, 4
TIMED_OUT_MESSAGE = "timeout was reached"


class State(StrEnum):
    """How an execution fares."""

    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Execution:
    """One execution; `name` is short, `message` is Cloud Run's, `arguments` are the container's."""

    name: str
    path: str
    creator: str
    state: State
    created: datetime
    started: datetime | None
    completed: datetime | None
    message: str
    tasks: int
    succeeded: int
    arguments: tuple[str, ...]

    @property
    def whole(self) -> bool:
        """It runs the job as its trigger does, without options."""
        return len(self.arguments) <= 1

    @property
    def options(self) -> tuple[str, ...]:
        """What the job was called with, behind its name."""
        return self.arguments[1:]

    @property
    def seconds(self) -> float | None:
        """From its creation to its end, None while it runs."""
        return (self.completed - self.created).total_seconds() if self.completed else None


@dataclass(frozen=True, slots=True)
class Task:
    """One task and the result of its last attempt; `tried` is false if no container ever ran."""

    index: int
    tried: bool
    exit_code: int
    signal: int
    code: int
    message: str
    attempts: int

    @property
    def timed_out(self) -> bool:
        """The platform ended it for its timeout."""
        return self.code == DEADLINE_EXCEEDED or TIMED_OUT_MESSAGE in self.message

    @property
    def cancelled(self) -> bool:
        """Somebody cancelled it."""
        return self.code == CANCELLED


def read_execution(values: Mapping[str, Any]) -> Execution:
    """From an answer's JSON; what the jobs read too, their reader reads."""
    seen = SeenExecution(Fields(values, "Cloud Run's execution"))
    condition = find_condition(values, "Completed")
    return Execution(
        name=seen.name,
        path=values["name"],
        creator=values.get("creator", ""),
        state=_read_state(values, condition),
        created=seen.created,
        started=read_moment(values, "startTime"),
        completed=seen.finished,
        message=condition.get("message", ""),
        tasks=seen.tasks,
        succeeded=seen.succeeded_tasks,
        arguments=seen.arguments,
    )


def read_task(values: Mapping[str, Any]) -> Task:
    """From an answer's JSON."""
    result = values.get("lastAttemptResult")
    status = (result or {}).get("status", {})
    return Task(
        index=values.get("index", 0),
        tried=result is not None,
        exit_code=(result or {}).get("exitCode", 0),
        signal=(result or {}).get("termSignal", 0),
        code=status.get("code", 0),
        message=status.get("message", ""),
        attempts=values.get("retried", 0) + 1,
    )


def find_condition(values: Mapping[str, Any], kind: str) -> Mapping[str, Any]:
    """The condition of that type, empty if there is none yet."""
    conditions: list[Mapping[str, Any]] = values.get("conditions", [])
    return next((condition for condition in conditions if condition.get("type") == kind), {})


def _read_state(values: Mapping[str, Any], condition: Mapping[str, Any]) -> State:
    if condition.get("state") == "CONDITION_SUCCEEDED":
        return State.SUCCEEDED
    if condition.get("state") != "CONDITION_FAILED":
        return State.RUNNING
    cancelled = condition.get("executionReason") == "CANCELLED"
    only_cancelled = values.get("cancelledCount", 0) > 0 and not values.get("failedCount", 0)
    return State.CANCELLED if cancelled or only_cancelled else State.FAILED
