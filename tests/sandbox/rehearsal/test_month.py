"""A month as it should go: every job at each of its ticks, and nobody is alerted."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from typing import Any

import pytest

from sandbox.control_plane.world.applied import remove_resource
from sandbox.rehearsal.period import Period
from tests.catalog import DAILY, MONTHLY
from tests.sandbox.rehearsal.conftest import CATALOG, SCHEDULED, Rehearse


def test_every_job_runs_at_each_of_its_ticks(run: Rehearse) -> None:
    """Each day once (FR-SJ-001.2); days beyond the month belong to the next one, so the monthly reset comes twice."""
    findings = run("2027-02", days=29)
    assert Counter((found.job, found.result) for found in findings.runs) == {
        **{(job, "done"): 29 for job in DAILY},
        **{(job, "done"): 2 for job in MONTHLY},
    }
    assert [found.created for found in findings.runs] == sorted(
        tick for ticks in findings.ticks.values() for tick in ticks
    )
    assert {found.created.strftime("%d %B") for job in MONTHLY for found in findings.runs_of(job)} == {
        "01 February",
        "01 March",
    }
    assert findings.alarms == []


@pytest.mark.parametrize(
    ("month", "days"),
    [("2026-12", 31), ("2027-04", 30), ("2027-02", 28), ("2028-02", 29)],
    ids=lambda value: str(value),
)
def test_a_month_has_a_tick_of_a_daily_job_on_each_of_its_days(month: str, days: int) -> None:
    """In months of any length, and one of a monthly job on the 1st."""
    ticks = {job.name: list(Period.of_month(month).ticks_of(job.cron)) for job in CATALOG.jobs if job.cron}
    assert {name: [tick.day for tick in found] for name, found in ticks.items()} == {
        **{key: list(range(1, days + 1)) for key in DAILY},
        **{key: [1] for key in MONTHLY},
    }


def test_monthly_reset_of_the_1st_resets_every_organization(run: Rehearse) -> None:
    """It is not skipped, and comes after the day's rows were opened, five minutes earlier."""
    findings = run("2026-12", days=1)
    (reset,) = findings.runs_of("quota-monthly")
    assert (reset.created, reset.result) == (datetime(2026, 12, 1, 0, 5, tzinfo=UTC), "done")
    assert reset.counts == {"orgs_processed": 40, "orgs_created": 0, "orgs_skipped": 0}
    assert "Monthly quota reset complete: 40 orgs reset" in reset.attempts[0].lines[-1]


def test_quota_cleanup_keeps_ninety_days(run: Rehearse) -> None:
    """The first run deletes what has piled up, 30 days of 40 records; each later one a day."""
    deleted = [found.counts["deleted"] for found in run("2026-12", days=3).runs_of("quota-cleanup")]
    assert deleted == [1200, 40, 40]


def test_paused_triggers_of_test_start_nothing(run: Rehearse) -> None:
    """Stage's serve the same API; and nobody is alerted to a run that is not meant to be."""
    findings = run("2026-12", days=3, environment="test")
    assert (findings.runs, findings.deliveries, findings.alarms, findings.paused) == ([], [], [], True)


@pytest.mark.parametrize("job", ["alerts", "quota-monthly"])
def test_missing_grant_shows_before_it_is_applied(job: str, run: Rehearse, states: dict[str, Any]) -> None:
    """Without the right to start its job a trigger is refused: it alerts at once, and again when the run is missed."""
    address = f'module.environment.module.jobs.google_cloud_run_v2_job_iam_member.invoker["{job}"]'
    findings = run("2026-12", days=1, state=remove_resource(states["prod"], address))
    assert {found.job for found in findings.runs} == set(SCHEDULED) - {job}
    assert {delivery.refusal for delivery in findings.deliveries if delivery.job == job} == {
        "Cloud Run answered PERMISSION_DENIED"
    }
    assert [(alarm.job, alarm.severity) for alarm in findings.alarms] == [(job, "ERROR"), (job, "CRITICAL")]


def test_unreadable_secret_fails_the_jobs_that_need_it(run: Rehearse, states: dict[str, Any]) -> None:
    """Their executions fail before a container starts, and say why."""
    module = "module.environment.module.jobs"
    address = f'{module}.google_secret_manager_secret_iam_member.accessor["stale-cleanup/CA_ROOT_API_KEY"]'
    findings = run("2026-12", days=1, state=remove_resource(states["prod"], address))
    (failed,) = [found for found in findings.runs if not found.succeeded]
    assert (failed.job, failed.result) == ("stale-cleanup", "not started")
    assert "Permission denied on secret" in failed.reason


@pytest.mark.parametrize("text", ["2026-13", "december", ""])
def test_what_is_not_a_month_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not a month"):
        Period.of_month(text)


def test_no_days_are_refused() -> None:
    with pytest.raises(ValueError, match="nothing to rehearse"):
        Period.of_month("2026-12", 0)


@pytest.mark.parametrize(
    ("today", "month"), [("2026-11-30", "2026-12"), ("2026-12-01", "2027-01"), ("2027-01-31", "2027-02")]
)
def test_next_month_is_rehearsed_by_default(today: str, month: str) -> None:
    assert Period.name_next_month(datetime.fromisoformat(today)) == month
