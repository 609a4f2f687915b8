"""sandbox clock moves the time of everything inside, and of nothing outside."""

from __future__ import annotations

from datetime import timedelta

from tests.sandbox.actions.conftest import Visitor


def test_it_tells_the_time_and_the_next_tick(visitor: Visitor) -> None:
    """Without an argument it changes nothing."""
    status, output = visitor.act("clock")
    assert status == 0
    assert output.startswith("it is 2027-03-15 12:00:")
    assert "\nnext tick: 2027-03-16 00:00 UTC, cloudact-daily-quota-reset-trigger" in output


def test_jobs_and_commands_live_in_its_time(visitor: Visitor) -> None:
    """On the 1st the monthly job has work; list-jobs sees what is overdue; the runtime gets no variable for it."""
    assert visitor.act("clock 2027-04-01T00:04")[0] == 0
    status, output = visitor.act("tick quota-monthly")
    assert (status, output.splitlines()[1].split()[:2]) == (0, ["quota-monthly", "done"]), output
    _, listed = visitor.run("bin/list-jobs stage")
    assert "2027-04-01 00:04" in listed
    assert "OVERDUE" in next(line for line in listed.splitlines() if line.startswith("stale-cleanup"))


def test_the_scheduler_goes_on_from_there(visitor: Visitor) -> None:
    """A trigger fires by itself when its time has come; what lies between is skipped."""
    cloud = visitor.cloud
    # A second before midnight: time flows while it is set, and a tick that the setting jumps over is skipped.
    moment = cloud.timeline.now().replace(hour=23, minute=59, second=59, microsecond=0)
    cloud.set_clock(cloud.timeline.ahead + (moment - cloud.timeline.now()))
    ample = moment + timedelta(minutes=5)
    assert cloud.timeline.wait(lambda: any(run.done for run in cloud.plane.executions.runs), ample)
    assert [run.execution.labels["job"] for run in cloud.plane.executions.runs] == ["quota-reset"]


def test_a_distance_is_taken_too(visitor: Visitor) -> None:
    """From now on."""
    before = visitor.cloud.timeline.ahead
    assert visitor.act("clock +2h")[0] == 0
    assert timedelta(hours=2) - (visitor.cloud.timeline.ahead - before) < timedelta(minutes=1)


def test_mistakes_are_explained_in_a_line(visitor: Visitor) -> None:
    """Backward, no moment, two moments."""
    assert visitor.act("clock tomorrow") == (
        2,
        "sandbox: 'tomorrow' is not a point in time - such as 2026-12-01T00:04 (UTC), or +2h",
    )
    status, output = visitor.act("clock 2026-01-01T00:00")
    assert (status, "time goes forward only - sandbox reset brings back this machine's time" in output) == (2, True)
    assert visitor.act("clock 2028-01-01 00:00")[0] == 2
    assert visitor.act("clock +2x")[0] == 2
