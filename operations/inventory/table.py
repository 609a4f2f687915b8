"""The inventory as a table for people and as JSON for programs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from operations.cloud.executions import Execution
from operations.cloud.scheduler import Trigger
from operations.inventory.health import list_problems
from operations.inventory.survey import Entry, Survey
from operations.terminal.printable import escape
from runtime.config.environment import Environment

JOBS_HEAD = ("JOB", "LAST", "WHEN (UTC)", "TOOK", "NEXT (UTC)", "TRIGGER", "RUNNING", "")
EXECUTIONS_HEAD = ("EXECUTION", "STATE", "WHEN (UTC)", "TOOK", "TASKS", "BY", "ARGUMENTS")


def render_survey(survey: Survey) -> str:
    """One line a job, in the catalog's order, and below it why triggers are paused."""
    rows = [_row_of(entry, survey) for entry in survey.entries]
    lines = [align(JOBS_HEAD, rows)]
    reasons: dict[str, list[str]] = {}
    for entry in survey.entries:
        if reason := explain_pause(entry, survey.environment):
            reasons.setdefault(reason, []).append(entry.job.name)
    lines += [escape(f"{', '.join(names)}: {reason}") for reason, names in reasons.items()]
    return "\n".join(lines)


def _row_of(entry: Entry, survey: Survey) -> tuple[str, ...]:
    last, trigger = entry.last_ended, entry.trigger
    return (
        entry.job.name,
        last.state.value if last else "never",
        _tell_moment(last.created if last else None),
        _tell_seconds(last),
        _tell_moment(trigger.next_fire if trigger and not trigger.paused else None),
        trigger.state if trigger else "-",
        ", ".join(execution.name for execution in entry.running) or "-",
        "; ".join(list_problems(entry, survey)),
    )


def render_executions(executions: Sequence[Execution]) -> str:
    """One line an execution, newest first."""
    rows = [
        (
            execution.name,
            execution.state.value,
            _tell_moment(execution.created),
            _tell_seconds(execution),
            f"{execution.succeeded}/{execution.tasks}",
            execution.creator,
            " ".join(execution.arguments[1:]),
        )
        for execution in executions
    ]
    return align(EXECUTIONS_HEAD, rows)


def align(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Columns as wide as their widest cell; every cell made safe for a terminal."""
    cells = [[escape(cell) for cell in row] for row in (head, *rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in cells
    )


def describe_survey(survey: Survey) -> dict[str, Any]:
    """The same for programs: RFC 3339 times, seconds, null if there is nothing."""
    return {
        "environment": survey.environment.name,
        "project": survey.environment.project,
        "moment": survey.moment.isoformat(),
        "jobs": [_describe(entry, survey) for entry in survey.entries],
    }


def _describe(entry: Entry, survey: Survey) -> dict[str, Any]:
    last, trigger = entry.last_ended, entry.trigger
    return {
        "job": entry.job.name,
        "missing": entry.deployed is None,
        "last": describe_execution(last) if last else None,
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


def describe_execution(execution: Execution) -> dict[str, Any]:
    """One execution for programs."""
    return {
        "execution": execution.name,
        "state": execution.state.value,
        "created": execution.created.isoformat(),
        "seconds": execution.seconds,
        "tasks": execution.tasks,
        "succeeded": execution.succeeded,
        "creator": execution.creator,
        "arguments": list(execution.arguments[1:]),
        "message": execution.message,
    }


def explain_pause(entry: Entry, environment: Environment) -> str:
    """Why the job's trigger is paused, empty if it is not."""
    return tell_reason(entry.trigger, environment) if entry.trigger and entry.trigger.paused else ""


def tell_reason(trigger: Trigger, environment: Environment) -> str:
    """Why a trigger is paused that is."""
    return trigger.description or ("paused by design" if environment.triggers_paused else "paused, no reason given")


def _tell_moment(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d %H:%M}" if moment else "-"


def _tell_seconds(execution: Execution | None) -> str:
    if execution is None or execution.seconds is None:
        return "-"
    minutes, seconds = divmod(round(execution.seconds), 60)
    return f"{minutes}m{seconds:02}s" if minutes else f"{execution.seconds:.1f}s"
