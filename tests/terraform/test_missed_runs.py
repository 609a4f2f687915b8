"""The missed-run alerts over made-up months: on time, late, failed, never, the first time, at the ends of months."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from operations.inventory.ticks import next_after
from runtime.config.cron import Cron
from sandbox.terraform.estate import JOBS
from tests.terraform.alerting import query_of, runs_of
from tests.terraform.promtool import find_wrong_moments

SCHEDULED = [name for name, job in JOBS.items() if job["cron"]]
DAILY = [name for name in SCHEDULED if JOBS[name]["cron"].split()[2] == "*"]
MONTHLY = [name for name in SCHEDULED if name not in DAILY]
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def ticks_of(job: str, count: int, after: datetime = datetime(1970, 1, 1, tzinfo=UTC)) -> list[datetime]:
    """The first ticks of the job's cron, by the runtime's own reading of it."""
    cron, ticks = Cron(JOBS[job]["cron"]), [after]
    for _ in range(count):
        ticks.append(next_after(cron, ticks[-1]))
    return ticks[1:]


def step_of(job: str) -> timedelta:
    """A success is dated by the end of the step that it falls in."""
    return 10 * MINUTE if job in DAILY else 30 * MINUTE


def grace_of(job: str) -> timedelta:
    """Every attempt may take its whole time; five minutes for starting and counting; the step."""
    return timedelta(seconds=JOBS[job]["timeout_seconds"] * (JOBS[job]["max_retries"] + 1)) + 5 * MINUTE + step_of(job)


@pytest.mark.parametrize("job", DAILY)
def test_a_job_that_runs_on_time_is_never_missed(job: str, plans: dict[str, Any], tmp_path: Path) -> None:
    """At any hour of a month, its end included; whether quick or using all its attempts."""
    ticks = ticks_of(job, 35)
    spent = (2 * MINUTE, grace_of(job) - step_of(job))
    runs = [runs_of(job, [tick + spent[index % 2] for index, tick in enumerate(ticks)])]
    probes = [ticks[0] + 2 * MINUTE + index * HOUR for index in range(1, 33 * 24)]
    quiet = dict.fromkeys((*probes, *(tick + grace_of(job) for tick in ticks)), False)
    assert find_wrong_moments(query_of(plans["prod"], "missed_run", job), runs, quiet, tmp_path) == ""


@pytest.mark.parametrize("job", SCHEDULED)
def test_a_job_that_never_ran_is_missed_from_its_first_tick_on(job: str, plans: dict[str, Any], tmp_path: Path) -> None:
    """There is no series at all yet."""
    tick, following = ticks_of(job, 2)
    due = tick + grace_of(job)
    expected = {tick: False, due - MINUTE: False, due: True, due + 9 * HOUR: True, following + grace_of(job): True}
    assert find_wrong_moments(query_of(plans["prod"], "missed_run", job), [], expected, tmp_path) == ""


@pytest.mark.parametrize("job", SCHEDULED)
def test_the_first_run_ever_counts(job: str, plans: dict[str, Any], tmp_path: Path) -> None:
    """The series begins with it."""
    tick, following = ticks_of(job, 2)
    runs = [runs_of(job, [tick + 3 * MINUTE])]
    expected = {tick + grace_of(job): False, following - MINUTE: False, following + grace_of(job): True}
    assert find_wrong_moments(query_of(plans["prod"], "missed_run", job), runs, expected, tmp_path) == ""


@pytest.mark.parametrize("job", DAILY)
def test_a_missed_run_is_reported_until_a_run_succeeds(job: str, plans: dict[str, Any], tmp_path: Path) -> None:
    """Not before its time is up, and not for a day only."""
    ticks = ticks_of(job, 6)
    runs = [runs_of(job, [tick + 2 * MINUTE for tick in (ticks[0], ticks[1], ticks[4])])]
    due = ticks[2] + grace_of(job)
    expected = {
        ticks[2]: False,
        due - MINUTE: False,
        due: True,
        ticks[3] - MINUTE: True,
        ticks[3] + grace_of(job): True,
        ticks[4] + grace_of(job): False,
    }
    assert find_wrong_moments(query_of(plans["prod"], "missed_run", job), runs, expected, tmp_path) == ""


@pytest.mark.parametrize("job", SCHEDULED)
def test_a_late_run_ends_the_alert(job: str, plans: dict[str, Any], tmp_path: Path) -> None:
    """Within the step that a success is dated by."""
    tick = ticks_of(job, 2)[1]
    late = tick + grace_of(job) + HOUR
    runs = [runs_of(job, [ticks_of(job, 1)[0] + MINUTE, late])]
    expected = {tick + grace_of(job): True, late - MINUTE: True, late + step_of(job): False, late + 5 * HOUR: False}
    assert find_wrong_moments(query_of(plans["prod"], "missed_run", job), runs, expected, tmp_path) == ""


@pytest.mark.parametrize("job", SCHEDULED)
def test_a_late_run_does_not_stand_in_for_the_next(job: str, plans: dict[str, Any], tmp_path: Path) -> None:
    """Somebody ran it by hand, the last time within the day before the tick; then the trigger died."""
    tick, following = ticks_of(job, 2)
    runs = [runs_of(job, [tick + 5 * HOUR, following - 7 * MINUTE])]
    expected = {following - MINUTE: False, following + grace_of(job): True}
    assert find_wrong_moments(query_of(plans["prod"], "missed_run", job), runs, expected, tmp_path) == ""


@pytest.mark.parametrize("job", SCHEDULED)
def test_a_run_that_only_failed_is_missed_too(job: str, plans: dict[str, Any], tmp_path: Path) -> None:
    tick = ticks_of(job, 1)[0]
    runs = [runs_of(job, [tick + 2 * MINUTE], "failed")]
    expected = {tick + grace_of(job): True}
    assert find_wrong_moments(query_of(plans["prod"], "missed_run", job), runs, expected, tmp_path) == ""


@pytest.mark.parametrize("job", MONTHLY)
@pytest.mark.parametrize("year", [1970, 1971, 1972], ids=["common", "after-a-year", "leap"])
def test_a_monthly_run_is_due_at_each_tick(job: str, year: int, plans: dict[str, Any], tmp_path: Path) -> None:
    """Months of 28 to 31 days are quiet to their end; a miss is told while a run may still help, within two hours."""
    ticks = ticks_of(job, 5, datetime(year, 1, 1, tzinfo=UTC))
    runs = [runs_of(job, [tick + MINUTE for tick in ticks[:4]])]
    quiet = {tick - 6 * MINUTE: False for tick in ticks[1:]} | {tick + 2 * HOUR: False for tick in ticks[:4]}
    due = ticks[4] + grace_of(job)
    assert grace_of(job) < 2 * HOUR
    expected = quiet | {due - MINUTE: False, due + 5 * MINUTE: True}
    assert find_wrong_moments(query_of(plans["prod"], "missed_run", job), runs, expected, tmp_path) == ""


@pytest.mark.parametrize("job", MONTHLY)
def test_a_monthly_run_repaired_on_its_day_is_quiet_for_the_month(
    job: str, plans: dict[str, Any], tmp_path: Path
) -> None:
    first, second = ticks_of(job, 2)
    repaired = second + grace_of(job) + 15 * MINUTE
    runs = [runs_of(job, [first + MINUTE, repaired])]
    expected = {repaired - MINUTE: True} | {repaired + index * DAY: False for index in range(1, 27)}
    assert find_wrong_moments(query_of(plans["prod"], "missed_run", job), runs, expected, tmp_path) == ""


@pytest.mark.parametrize("job", DAILY)
def test_another_environments_run_does_not_count(job: str, plans: dict[str, Any], tmp_path: Path) -> None:
    """Stage and prod give their jobs the same names, and one view may hold both projects."""
    tick = ticks_of(job, 1)[0]
    runs = [runs_of(job, [tick + MINUTE], environment=name) for name in ("test", "stage")]
    query = query_of(plans["prod"], "missed_run", job)
    due = tick + grace_of(job)
    assert find_wrong_moments(query, runs, {due: True}, tmp_path) == ""
    query = query_of(plans["stage"], "missed_run", job)
    assert find_wrong_moments(query, runs, {due: False}, tmp_path) == ""
