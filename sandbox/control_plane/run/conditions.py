"""The conditions by which Cloud Run says how a job, an execution or a task fares."""

from __future__ import annotations

from collections.abc import MutableSequence
from datetime import datetime
from enum import Enum

from google.cloud import run_v2

from sandbox.control_plane.moments import stamp

State = run_v2.Condition.State
ExecutionReason = run_v2.Condition.ExecutionReason


class Outcome(Enum):
    """How a task or an execution ended."""

    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"


def set_condition(
    conditions: MutableSequence[run_v2.Condition], kind: str, state: int, when: datetime, message: str = ""
) -> run_v2.Condition:
    """Adds or replaces the condition of that type; returns it, for a reason to be added."""
    condition = run_v2.Condition(type_=kind, state=state, message=message, last_transition_time=stamp(when))
    for index, known in enumerate(conditions):
        if known.type_ == kind:
            conditions[index] = condition
            return conditions[index]
    conditions.append(condition)
    return conditions[-1]


def conclude(
    holder: run_v2.Execution | run_v2.Task, outcome: Outcome, when: datetime, message: str
) -> run_v2.Condition:
    """Sets the Completed condition and the times that go with it."""
    state = State.CONDITION_SUCCEEDED if outcome is Outcome.SUCCEEDED else State.CONDITION_FAILED
    condition = set_condition(holder.conditions, "Completed", state, when, message)
    if outcome is Outcome.CANCELLED:
        condition.execution_reason = ExecutionReason(ExecutionReason.CANCELLED)
    holder.completion_time = holder.update_time = stamp(when)
    holder.reconciling = False
    holder.observed_generation = holder.generation
    return condition


def format_duration(seconds: float) -> str:
    """As Cloud Run words it: 75.5 is "1m15.5s"."""
    minutes, rest = divmod(round(seconds, 2), 60)
    return f"{int(minutes)}m{rest:g}s" if minutes else f"{rest:g}s"
