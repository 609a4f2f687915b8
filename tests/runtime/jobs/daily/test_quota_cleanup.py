"""quota-cleanup deletes what is older than the retention, and nothing else."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime, timedelta

import pytest

from runtime.process.errors import ConfigurationError
from sandbox.bigquery import BigQuerySandbox
from tests.runtime.jobs.daily.quota_run import NOON, PROJECT, clean_up, sent_cutoff

TODAY = NOON.date()


def _days_ago(days: int) -> date:
    return TODAY - timedelta(days=days)


def test_deletes_records_older_than_90_days(bigquery: BigQuerySandbox) -> None:
    """FR-SJ-003.2: 91 days old goes; exactly 90 days old is not older than 90 days and stays."""
    bigquery.usage.add(PROJECT, {_days_ago(400): 2, _days_ago(91): 3, _days_ago(90): 4, TODAY: 1})
    outcome = clean_up(bigquery)
    assert (outcome.status, outcome.counts) == ("done", {"deleted": 5})
    assert outcome.details == {
        "table": f"{PROJECT}.organizations.org_usage_quotas",
        "days_to_keep": 90,
        "oldest_day_kept": "2026-08-25",
    }
    assert bigquery.usage.records(PROJECT) == {_days_ago(90): 4, TODAY: 1}


def test_second_run_deletes_nothing(bigquery: BigQuerySandbox) -> None:
    """FR-SJ-003.5, NFR-SJ-001.1: a re-run is safe and says 0."""
    bigquery.usage.add(PROJECT, {_days_ago(91): 3})
    counts = [clean_up(bigquery).counts, clean_up(bigquery).counts]
    assert counts == [{"deleted": 3}, {"deleted": 0}]


def test_dry_run_counts_what_a_run_would_delete(bigquery: BigQuerySandbox) -> None:
    """--dry-run has the same filter and the same cutoff, and deletes none."""
    before = {_days_ago(91): 3, _days_ago(90): 4}
    bigquery.usage.add(PROJECT, before)
    assert clean_up(bigquery, "--dry-run").counts == {"to_delete": 3}
    assert bigquery.usage.records(PROJECT) == before
    assert clean_up(bigquery).counts == {"deleted": 3}
    counted, deleted = (request.json() for request in bigquery.http.requests)
    assert counted["query"].removeprefix("SELECT COUNT(*)") == deleted["query"].removeprefix("DELETE")
    assert counted["queryParameters"] == deleted["queryParameters"]


def test_one_request_with_a_constant_cutoff(bigquery: BigQuerySandbox) -> None:
    """A single parameterized DELETE on the bare partition column, under a User-Agent of the project's own."""
    clean_up(bigquery)
    (request,) = bigquery.http.requests
    text = f"DELETE FROM `{PROJECT}.organizations.org_usage_quotas` WHERE usage_date < @cutoff"
    assert (request.path, request.json()["query"]) == (f"/bigquery/v2/projects/{PROJECT}/queries", text)
    assert (sent_cutoff(bigquery), "cloudact-jobs/" in request.headers["user-agent"]) == ("2026-08-25", True)


def test_only_whole_old_partitions_are_read_and_nothing_is_billed(bigquery: BigQuerySandbox) -> None:
    """The bytes processed are those of the old partitions, which BigQuery drops free of charge."""
    bigquery.usage.add(PROJECT, {_days_ago(91): 3})
    clean_up(bigquery)
    alone = bigquery.jobs.all[-1].result
    bigquery.usage.add(PROJECT, {_days_ago(91): 3} | {_days_ago(n): 50 for n in range(91)})
    clean_up(bigquery)
    among_many = bigquery.jobs.all[-1].result
    assert alone is not None
    assert among_many is not None
    assert (among_many.scan.processed, among_many.scan.billed) == (alone.scan.processed, 0)


CUTOFFS = [
    (datetime(2026, 11, 23, 0, 0, tzinfo=UTC), "90", "2026-08-25"),
    (datetime(2026, 11, 22, 23, 59, 59, 999999, tzinfo=UTC), "90", "2026-08-24"),
    (datetime(2024, 5, 29, 1, 0, tzinfo=UTC), "90", "2024-02-29"),
    (datetime(2024, 5, 30, 1, 0, tzinfo=UTC), "90", "2024-03-01"),
    (datetime(2025, 5, 29, 1, 0, tzinfo=UTC), "90", "2025-02-28"),
    (datetime(2025, 5, 30, 1, 0, tzinfo=UTC), "90", "2025-03-01"),
    (datetime(2028, 1, 1, 1, 0, tzinfo=UTC), "366", "2026-12-31"),
    (datetime(2026, 11, 23, 1, 0, tzinfo=UTC), "30", "2026-10-24"),
]


@pytest.mark.parametrize(("now", "days", "cutoff"), CUTOFFS)
def test_cutoff_counts_days_of_the_utc_calendar(
    bigquery: BigQuerySandbox, now: datetime, days: str, cutoff: str
) -> None:
    """Midnight UTC begins the next day; leap days are days like any other."""
    clean_up(bigquery, now=now, DAYS_TO_KEEP=days)
    assert sent_cutoff(bigquery) == cutoff


@pytest.mark.parametrize("zone", ["America/Los_Angeles", "Pacific/Kiritimati", "Europe/Berlin"])
def test_cutoff_ignores_the_machines_time_zone(
    bigquery: BigQuerySandbox, monkeypatch: pytest.MonkeyPatch, zone: str
) -> None:
    """Neither the local date nor a change of daylight saving time moves it: 90 days back crosses one in Berlin."""
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    try:
        clean_up(bigquery, now=datetime(2026, 11, 23, 0, 30, tzinfo=UTC))
    finally:
        monkeypatch.undo()
        time.tzset()
    assert sent_cutoff(bigquery) == "2026-08-25"


def test_young_records_in_the_streaming_buffer_do_no_harm(bigquery: BigQuerySandbox) -> None:
    """The table is written all day long."""
    bigquery.usage.add(PROJECT, {_days_ago(91): 3})
    bigquery.usage.add(PROJECT, {TODAY: 2, _days_ago(90): 1}, streaming=True)
    assert clean_up(bigquery).counts == {"deleted": 3}
    assert bigquery.usage.records(PROJECT) == {TODAY: 2, _days_ago(90): 1}


@pytest.mark.parametrize("days", ["29", "0", "-1", "90 days", "3651"])
def test_retention_below_the_floor_is_refused(bigquery: BigQuerySandbox, days: str) -> None:
    """A slip of the keyboard must not delete last month's records; nothing is sent."""
    with pytest.raises(ConfigurationError, match="DAYS_TO_KEEP"):
        clean_up(bigquery, DAYS_TO_KEEP=days)
    assert bigquery.http.requests == []
