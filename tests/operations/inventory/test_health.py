"""When a job is overdue, and what counts as drift."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from operations.cloud.executions import Execution, State
from operations.cloud.run_jobs import DeployedJob
from operations.cloud.scheduler import Trigger
from operations.inventory.health import is_overdue, list_problems, shorten_image
from operations.inventory.survey import Entry, Survey
from tests.operations.executions.examples import execution
from tests.support.scripted_google import CATALOG, STAGE

IMAGE = "gcr.io/p/cloudact-jobs-stage@sha256:" + "5" * 64
LONG_AGO = datetime(2025, 1, 1, tzinfo=UTC)
# quota-reset ticks at midnight; two attempts of 15 minutes and 10 minutes more are its time.
TICK, LIMIT = datetime(2026, 3, 31, tzinfo=UTC), timedelta(minutes=40)


def entry(name: str = "quota-reset", *executions: Execution, **changes: Any) -> Entry:
    """A job as the catalog wants it, made long ago; `changes` to what there is of it, None for nothing."""
    job = CATALOG.find(name)
    deployed: dict[str, Any] = {
        "name": STAGE.job_name(job),
        "created": LONG_AGO,
        "image": IMAGE,
        "timeout_seconds": job.timeout_seconds,
        "tasks": 1,
    }
    trigger: dict[str, Any] = {
        "name": "t",
        "schedule": job.cron.text if job.cron else "",
        "time_zone": "Etc/UTC",
        "state": "ENABLED",
        "description": "",
        "next_fire": None,
        "last_code": 0,
    }
    made = DeployedJob(**{name: changes.get(name, value) for name, value in deployed.items()})
    fires = Trigger(**{name: changes.get(name, value) for name, value in trigger.items()}) if job.cron else None
    return Entry(job, made, fires, executions)


def ran(created: datetime, state: State = State.SUCCEEDED, *options: str, job: str = "quota-reset") -> Execution:
    return execution(state, created=created, arguments=(job, *options))


def survey(found: Entry, moment: datetime = TICK) -> Survey:
    return Survey(STAGE, moment, IMAGE, (found,))


@pytest.mark.parametrize(
    ("executions", "overdue"),
    [
        ([], True),
        ([ran(TICK)], False),
        ([ran(TICK + timedelta(minutes=20))], False),
        ([ran(TICK - timedelta(minutes=1))], True),
        ([ran(TICK, State.FAILED)], True),
        ([ran(TICK, State.RUNNING)], True),
        ([ran(TICK, State.CANCELLED)], True),
        ([ran(TICK, State.FAILED), ran(TICK)], False),
        ([ran(TICK, State.SUCCEEDED, "--dry-run")], True),
    ],
)
def test_overdue_is_a_tick_without_a_whole_run_that_succeeded(executions: list[Execution], overdue: bool) -> None:
    """Judged once all attempts of the tick's run must have ended."""
    assert overdue == is_overdue(entry("quota-reset", *executions), TICK + LIMIT)


@pytest.mark.parametrize(("after", "overdue"), [(LIMIT - timedelta(minutes=1), False), (LIMIT, True)])
def test_a_run_has_the_time_of_all_its_attempts(after: timedelta, overdue: bool) -> None:
    """Until then yesterday's success is good."""
    yesterday = ran(TICK - timedelta(days=1))
    assert overdue == is_overdue(entry("quota-reset", yesterday), TICK + after)


def test_what_cannot_be_late_is_never_overdue() -> None:
    """A paused trigger, a job newer than the last tick, a job without a cron."""
    later = TICK + timedelta(hours=12)
    assert not is_overdue(entry(state="PAUSED"), later)
    assert not is_overdue(entry(created=TICK + timedelta(minutes=1)), later)
    assert not is_overdue(entry("migrate"), later)


@pytest.mark.parametrize(("day", "overdue"), [(1, False), (2, True)])
def test_a_monthly_job_succeeds_only_on_its_own_day(day: int, overdue: bool) -> None:
    """FR-SJ-004.1: on the 2nd it ends well and has reset nothing."""
    run = ran(datetime(2026, 3, day, 12, tzinfo=UTC), job="quota-monthly")
    assert overdue == is_overdue(entry("quota-monthly", run), datetime(2026, 3, 15, tzinfo=UTC))


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({}, []),
        ({"image": IMAGE.replace("5" * 64, "7" * 64)}, ["image 777777777777, not 555555555555"]),
        ({"timeout_seconds": 60.0}, ["timeout 60 s, not 900 s"]),
        ({"tasks": 4}, ["4 tasks, not 1"]),
        ({"schedule": "5 0 * * *"}, ["cron 5 0 * * *, not 0 0 * * *"]),
        ({"time_zone": "Europe/Berlin"}, ["time zone Europe/Berlin, not UTC"]),
        ({"last_code": 7}, ["trigger failed: permission denied"]),
        ({"last_code": 99}, ["trigger failed: code 99"]),
    ],
)
def test_drift_says_what_is_and_what_should_be(changes: dict[str, Any], problem: list[str]) -> None:
    """Of the job and of its trigger."""
    found = entry("quota-reset", ran(TICK), **changes)
    assert problem == list_problems(found, survey(found))


def test_what_is_not_there_is_missing() -> None:
    """The job, or only its trigger; and a trigger that nobody has declared."""
    whole = entry("quota-reset", ran(TICK))
    assert ["MISSING"] == list_problems(Entry(whole.job, None, None, ()), survey(whole))
    assert ["trigger MISSING"] == list_problems(Entry(whole.job, whole.deployed, None, ()), survey(whole))
    manual = entry("migrate")
    stray = Entry(manual.job, manual.deployed, whole.trigger, ())
    assert ["trigger not in the catalog"] == list_problems(stray, survey(stray))


def test_an_image_goes_by_its_digest_or_its_tag() -> None:
    """As much as is needed to tell two apart."""
    assert (shorten_image(IMAGE), shorten_image("gcr.io/p/jobs:v1"), shorten_image("")) == ("5" * 12, "jobs:v1", "")
