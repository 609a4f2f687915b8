"""The inventory as a table for people and as JSON for programs."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from operations.cloud.executions import Execution, State
from operations.cloud.scheduler import Trigger
from operations.inventory.health import list_problems
from operations.inventory.survey import Entry, Survey
from operations.terminal.printable import escape
from operations.terminal.table import Column, render_table, wrap_line
from runtime.config.environment import Environment

JOB_COLUMNS = (
    Column("JOB"),
    Column("LAST"),
    Column("WHEN (UTC)", drop=3),
    Column("TOOK", drop=1),
    Column("NEXT (UTC)", drop=2),
    Column("RUNNING", least=8),
)
# Who paused a trigger, as bin/pause writes it; an account's domain is the same for all of a project, and long.
ACCOUNT = re.compile(r"^(Paused .{16} UTC by [^@:\s]+)@[^:\s]+")
EXECUTION_COLUMNS = (
    Column("EXECUTION"),
    Column("STATE"),
    Column("WHEN (UTC)", drop=4),
    Column("TOOK", drop=3),
    Column("TASKS", drop=1),
    Column("BY", least=8, drop=2),
    Column("ARGUMENTS", least=9),
)


def render_survey(survey: Survey, width: int | None = None) -> str:
    """One line a job, in the catalog's order, and below it why triggers are paused."""
    rows = [_row_of(entry) for entry in survey.entries]
    notes = ["; ".join(list_problems(entry, survey)) for entry in survey.entries]
    lines = [render_table(JOB_COLUMNS, rows, notes, width)]
    reasons: dict[str, list[str]] = {}
    for entry in survey.entries:
        if reason := explain_pause(entry, survey.environment):
            reasons.setdefault(reason, []).append(entry.job.name)
    for reason, names in reasons.items():
        short = ACCOUNT.sub(r"\1", reason)
        lines += wrap_line(escape(f"{', '.join(names)}: {short}"), width)
    return "\n".join(lines)


def _row_of(entry: Entry) -> tuple[str, ...]:
    last, trigger = entry.last_ended, entry.trigger
    fires = _format_moment(trigger.next_fire if trigger else None) if not trigger or trigger.enabled else trigger.state
    return (
        entry.job.name,
        last.state.value if last else "never",
        _format_moment(last.created if last else None),
        format_seconds(last),
        fires,
        ", ".join(execution.name for execution in entry.running),
    )


def render_executions(executions: Sequence[Execution], reasons: Mapping[str, str], width: int | None = None) -> str:
    """One line an execution, newest first; `reasons` of those that failed, by their names."""
    rows = [
        (
            execution.name,
            execution.state.value,
            _format_moment(execution.created),
            format_seconds(execution),
            f"{execution.succeeded}/{execution.tasks}",
            execution.creator.partition("@")[0],
            " ".join(execution.options),
        )
        for execution in executions
    ]
    notes = [reasons.get(execution.name, "") for execution in executions]
    return render_table(EXECUTION_COLUMNS, rows, notes, width)


def describe_entry(entry: Entry, survey: Survey) -> dict[str, Any]:
    """A job for programs: RFC 3339 times, seconds, null if there is nothing."""
    last, trigger = entry.last_ended, entry.trigger
    return {
        "job": entry.job.name,
        "missing": entry.deployed is None,
        "last": describe_execution(last, "") if last else None,
        "running": [execution.name for execution in entry.running],
        "trigger": trigger
        and {
            "state": trigger.state,
            "reason": explain_pause(entry, survey.environment),
            "schedule": trigger.schedule,
            "next": trigger.next_fire.isoformat() if trigger.next_fire and not trigger.paused else None,
        },
        "problems": list_problems(entry, survey),
    }


def describe_execution(execution: Execution, reason: str) -> dict[str, Any]:
    """One execution for programs; `reason` is why it failed, as far as known."""
    return {
        "execution": execution.name,
        "state": execution.state.value,
        "created": execution.created.isoformat(),
        "seconds": execution.seconds,
        "tasks": execution.tasks,
        "succeeded": execution.succeeded,
        "creator": execution.creator,
        "arguments": list(execution.options),
        "reason": reason or (execution.message if execution.state in (State.FAILED, State.CANCELLED) else ""),
    }


def explain_pause(entry: Entry, environment: Environment) -> str:
    """Why the job's trigger is paused, empty if it is not."""
    return describe_reason(entry.trigger, environment) if entry.trigger and entry.trigger.paused else ""


def describe_reason(trigger: Trigger, environment: Environment) -> str:
    """Why a trigger is paused that is."""
    return trigger.description or ("paused by design" if environment.triggers_paused else "paused, no reason given")


def _format_moment(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d %H:%M}" if moment else "-"


def format_seconds(execution: Execution | None) -> str:
    """How long it took, such as 12.3s or 4m05s; - if it still runs, or there is none."""
    if execution is None or execution.seconds is None:
        return "-"
    minutes, seconds = divmod(round(execution.seconds), 60)
    return f"{minutes}m{seconds:02}s" if minutes else f"{execution.seconds:.1f}s"
