"""An environment's last 30 days as one page: a calendar of what ran, what failed and why, what comes next."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from operations.cloud.executions import Execution, State
from operations.inventory.check import list_concerns
from operations.inventory.survey import Entry, Survey
from operations.inventory.table import explain_pause, format_seconds
from operations.pages.calendar import Mark
from operations.pages.rendering import render_page

DAYS = 30
TEMPLATE = Path(__file__).with_name("page.html")
# Of the calendar's legend.
KINDS = {
    State.SUCCEEDED: "done",
    State.FAILED: "failed",
    State.CANCELLED: "cancelled",
    State.RUNNING: "running",
}


@dataclass(frozen=True, slots=True)
class Past:
    """What ran: executions by job, newest first, why those failed that did, and where each is in the console."""

    executions: Mapping[str, Sequence[Execution]]
    reasons: Mapping[str, str]
    addresses: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Row:
    """A job over all days."""

    job: str
    cells: list[list[Mark]]


def render_jobs(survey: Survey, past: Past) -> str:
    """The whole file."""
    now = survey.moment
    concerns = list_concerns(survey)
    days = [now.date() - timedelta(days=back) for back in reversed(range(DAYS))]
    rows = [Row(entry.job.name, list(_mark_days(entry, past, days))) for entry in survey.entries]
    # Paused by design is no news.
    paused = sum(bool(entry.trigger and entry.trigger.paused and entry.trigger.description) for entry in survey.entries)
    kinds = [mark.kind for row in rows for cell in row.cells for mark in cell]
    failures = [
        run
        for runs in past.executions.values()
        for run in runs
        if run.name in past.reasons and run.created.date() >= days[0]
    ]
    return render_page(
        TEMPLATE,
        environment=survey.environment,
        moment=now,
        verdict=(f"{len(concerns)} to look at" if concerns else "all is well now")
        + (f", {paused} paused" * bool(paused)),
        concerns=concerns,
        days=days,
        tally={kind: kinds.count(kind) for kind in KINDS.values()},
        rows=rows,
        failures=sorted(failures, key=lambda run: run.created, reverse=True),
        past=past,
        next=[(entry.job.name, *_describe_next(entry, survey)) for entry in survey.entries],
    )


def _mark_days(entry: Entry, past: Past, days: Sequence[date]) -> Iterator[list[Mark]]:
    runs = sorted(past.executions.get(entry.job.name, ()), key=lambda run: run.created)
    for day in days:
        yield [
            Mark(KINDS[run.state], _describe_run(run, past), past.addresses[run.name])
            for run in runs
            if run.created.date() == day
        ]


def _describe_run(execution: Execution, past: Past) -> str:
    reason = past.reasons.get(execution.name, "")
    took = "" if execution.seconds is None else f" after {format_seconds(execution)}"
    return f"{execution.created:%d %B %H:%M} UTC: {execution.state.value}{took}" + (f": {reason}" if reason else "")


def _describe_next(entry: Entry, survey: Survey) -> tuple[str, bool]:
    """When it starts next, or why it does not; and whether it is paused."""
    if paused := explain_pause(entry, survey.environment):
        return paused, True
    if entry.trigger is None:
        return ("by hand" if entry.job.cron is None else "its trigger is MISSING"), False
    return f"{entry.trigger.next_fire:%Y-%m-%d %H:%M}" if entry.trigger.next_fire else "not known", False
