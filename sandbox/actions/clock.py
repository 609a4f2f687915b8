"""sandbox clock: the time in the sandbox, which may be moved forward."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from runtime.process.errors import UsageError
from sandbox.actions.action import Action, Lines, Sandbox
from sandbox.actions.durations import format_duration, parse_duration


def perform(sandbox: Sandbox, words: list[str]) -> Lines:
    """Moves it if a moment is given; ticks on the way are not fired."""
    timeline = sandbox.cloud.timeline
    if len(words) > 1:
        raise UsageError(f"{' '.join(words)!r} is not a point in time", "such as 2026-12-01T00:04")
    if words:
        moment = _parse(words[0], timeline.now())
        if moment < timeline.now():
            step = "sandbox reset brings back this machine's time"
            raise UsageError(f"it is {timeline.now():%Y-%m-%dT%H:%M} already, and time goes forward only", step)
        sandbox.cloud.plane.executions.settle()
        sandbox.cloud.set_clock(timeline.ahead + (moment - timeline.now()))
    yield describe_time(sandbox)
    triggers = sandbox.cloud.plane.triggers
    planned = triggers.list_planned()
    following = triggers.find_next(planned)
    due = sorted(attempt.trigger.rpartition("/")[2] for attempt in planned if attempt.when == following)
    if following:
        yield f"next tick: {following:%Y-%m-%d %H:%M} UTC, {', '.join(dict.fromkeys(due))}"
    if words:
        yield "ticks on the way were skipped: bin/list-jobs ENV shows what is overdue, sandbox tick all makes up for it"
    return 0


def describe_time(sandbox: Sandbox) -> str:
    """The moment, and how far it is from this machine's."""
    timeline = sandbox.cloud.timeline
    side = "ahead of" if timeline.ahead > timedelta() else "behind"
    distance = f"{format_duration(abs(timeline.ahead))} {side} this machine" if timeline.ahead else "as on this machine"
    return f"it is {timeline.now():%Y-%m-%d %H:%M:%S} UTC, {distance}"


def _parse(text: str, now: datetime) -> datetime:
    if text.startswith("+"):
        return now + parse_duration(text[1:])
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise UsageError(f"{text!r} is not a point in time", "such as 2026-12-01T00:04 (UTC), or +2h") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


CLOCK = Action("clock [2026-12-01T00:04 | +2h]", "moves the time (UTC) of cloud, jobs and commands forward", perform)
