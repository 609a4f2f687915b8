"""The calendar: a row for each job, a cell for each day, in it what became of each tick."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from operations.pages.calendar import LEGEND, Mark
from sandbox.rehearsal.findings import Findings, RunFinding

DAY = timedelta(days=1)
# Of the calendar's legend: what can become of a tick.
KINDS = ("done", "retried", "skipped", "failed", "missed")
# A run that takes more than so many times its job's median is marked.
SLOW = 3.0


@dataclass(frozen=True, slots=True)
class Row:
    """A job over all days, and its figures."""

    job: str
    cells: list[list[Mark]]
    tally: dict[str, int]
    retries: int
    median: timedelta
    longest: timedelta
    alarms: int

    @property
    def runs(self) -> int:
        """How many executions there were."""
        return sum(count for kind, count in self.tally.items() if kind != "missed")


def make_rows(findings: Findings) -> list[Row]:
    """One for each job with a trigger, in the order of the catalog."""
    return [_make_row(findings, job) for job in findings.ticks]


def classify(run: RunFinding) -> str:
    """The run's key of LEGEND."""
    if not run.succeeded:
        return "failed"
    if run.result == "skipped":
        return "skipped"
    return "retried" if run.retries else "done"


def is_plain(run: RunFinding, row: Row) -> bool:
    """Whether nothing about it needs a look."""
    return classify(run) == "done" and not run.mishaps and not describe_slowness(run, row.median)


def anchor_of(run: RunFinding) -> str:
    """Where its log is."""
    return f"log-{run.execution}"


def format_duration(duration: timedelta) -> str:
    """As a person says it: 4.4 s, 3 min 59 s, 1 h 2 min."""
    seconds = duration.total_seconds()
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, seconds = divmod(round(seconds), 60)
    return f"{minutes} min {seconds} s" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"


def _make_row(findings: Findings, job: str) -> Row:
    runs = findings.runs_of(job)
    seconds = [run.duration.total_seconds() for run in runs] or [0.0]
    usual = timedelta(seconds=median(seconds))
    cells = [list(_mark_day(findings, job, runs, day, usual)) for day in findings.period.list_days()]
    kinds = [mark.kind for cell in cells for mark in cell]
    return Row(
        job=job,
        cells=cells,
        tally={kind: kinds.count(kind) for kind in KINDS},
        retries=sum(run.retries for run in runs),
        median=usual,
        longest=timedelta(seconds=max(seconds)),
        alarms=sum(alarm.job == job for alarm in findings.alarms),
    )


def describe_slowness(run: RunFinding, usual: timedelta) -> str:
    """Such as "4.2 times its usual 1.3 s"; "" if it took no more than SLOW times that."""
    if not usual or run.duration <= usual * SLOW:
        return ""
    return f"{run.duration / usual:.1f} times its usual {format_duration(usual)}"


def _mark_day(findings: Findings, job: str, runs: list[RunFinding], day: datetime, usual: timedelta) -> Iterator[Mark]:
    of_day = [run for run in runs if day <= run.created < day + DAY]
    for run in of_day:
        kind = classify(run)
        text = f"{job}, {run.created:%d %B %H:%M}: {LEGEND[kind][1]} in {format_duration(run.duration)}"
        slowness = describe_slowness(run, usual)
        yield Mark(kind, f"{text}, {slowness}" if slowness else text, f"#{anchor_of(run)}", bool(slowness))
    ticks = [] if findings.paused else [tick for tick in findings.ticks[job] if day <= tick < day + DAY]
    for tick in ticks[len(of_day) :]:
        yield Mark("missed", f"{job}, {tick:%d %B %H:%M}: not started", "")
