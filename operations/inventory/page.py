"""An environment's last 30 days as one page: a calendar of what ran, what failed and why, what comes next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from html import escape
from pathlib import Path

from operations.cloud.executions import Execution, State
from operations.inventory.check import list_concerns
from operations.inventory.survey import Entry, Survey
from operations.inventory.table import explain_pause

DAYS = 30
STYLE = Path(__file__).with_name("page.css")
# The letter says the same as the color.
MARKS = {State.SUCCEEDED: "✓", State.FAILED: "✗", State.CANCELLED: "–", State.RUNNING: "…"}


@dataclass(frozen=True, slots=True)
class Past:
    """What ran: executions by job, newest first, why those failed that did, and where each is in the console."""

    executions: Mapping[str, Sequence[Execution]]
    reasons: Mapping[str, str]
    addresses: Mapping[str, str]


def render_page(survey: Survey, past: Past) -> str:
    """The whole file; it runs nothing and asks for nothing, and whatever a log says stays text."""
    name, now = survey.environment.name, survey.moment
    concerns = list_concerns(survey)
    verdict = f"{len(concerns)} to look at" if concerns else "all is well"
    days = [now.date() - timedelta(days=back) for back in reversed(range(DAYS))]
    parts = (
        f"<h1>Jobs of {name}</h1>",
        f'<p class="verdict {"failed" if concerns else "done"}">{verdict}</p>',
        f"<p>{escape(survey.environment.project)}, {now:%Y-%m-%d %H:%M} UTC, the last {DAYS} days</p>",
        _list("What is wrong", [f"<b>{escape(job)}</b>: {escape(problem)}" for job, problem in concerns]),
        _render_calendar(survey, past, days),
        _list("What failed", _list_failures(past, now - timedelta(days=DAYS))),
        _list(
            "Next", [f"<b>{entry.job.name}</b>: {escape(_describe_next(entry, survey))}" for entry in survey.entries]
        ),
    )
    head = (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        f"<title>Jobs of {name}: {verdict}</title><style>{STYLE.read_text(encoding='utf-8')}</style></head><body><main>"
    )
    return "\n".join((head, *filter(None, parts), "</main></body></html>\n"))


def _render_calendar(survey: Survey, past: Past, days: Sequence[date]) -> str:
    heads = "".join(f'<th title="{day}">{day.day}</th>' for day in days)
    rows = []
    for entry in survey.entries:
        ran: dict[date, list[Execution]] = {}
        for execution in past.executions.get(entry.job.name, ()):
            ran.setdefault(execution.created.date(), []).append(execution)
        cells = "".join(f"<td>{_render_day(ran.get(day, []), past)}</td>" for day in days)
        rows.append(f"<tr><th>{entry.job.name}</th>{cells}</tr>")
    table = f'<table class="calendar"><thead><tr><th></th>{heads}</tr></thead><tbody>{"".join(rows)}</tbody></table>'
    legend = ", ".join(f"{mark} {state.value}" for state, mark in MARKS.items())
    return f'<h2>What ran</h2><p>{legend}; a mark leads to the log</p><div class="wide">{table}</div>'


def _render_day(executions: Sequence[Execution], past: Past) -> str:
    return "".join(
        f'<a class="mark {each.state.value}" href="{escape(past.addresses[each.name])}" '
        f'title="{escape(_describe_run(each, past))}">{MARKS[each.state]}</a>'
        for each in sorted(executions, key=lambda execution: execution.created)
    )


def _describe_run(execution: Execution, past: Past) -> str:
    reason = past.reasons.get(execution.name, "")
    took = "" if execution.seconds is None else f" after {execution.seconds:.1f} s"
    return f"{execution.created:%H:%M} UTC: {execution.state.value}{took}" + (f": {reason}" if reason else "")


def _list_failures(past: Past, since: datetime) -> list[str]:
    runs = [run for executions in past.executions.values() for run in executions]
    failed = [run for run in runs if run.name in past.reasons and run.created >= since]
    return [
        f'<a href="{escape(past.addresses[run.name])}">{escape(run.name)}</a> {run.created:%Y-%m-%d} '
        f"{escape(_describe_run(run, past))}"
        for run in sorted(failed, key=lambda run: run.created, reverse=True)
    ]


def _describe_next(entry: Entry, survey: Survey) -> str:
    if paused := explain_pause(entry, survey.environment):
        return f"PAUSED: {paused}"
    if entry.trigger is None:
        return "by hand" if entry.job.cron is None else "its trigger is MISSING"
    return f"{entry.trigger.next_fire:%Y-%m-%d %H:%M} UTC" if entry.trigger.next_fire else "not known"


def _list(title: str, items: Sequence[str]) -> str:
    return f"<h2>{title}</h2><ul>{''.join(f'<li>{item}</li>' for item in items)}</ul>" if items else ""
