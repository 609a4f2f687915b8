"""quota-monthly: FR-SJ-004.1, FR-SJ-004.2."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from sandbox.admin_api import QuotaRow
from sandbox.faults import Fault, Kind
from tests.support.admin_platform import AdminPlatform

FIRST = datetime(2026, 12, 1, 0, 5, tzinfo=UTC)
SKIPPED = {"orgs_processed": 0, "orgs_created": 0, "orgs_skipped": 0, "message": "Skipped: Not the 1st of the month"}


def test_the_counters_are_reset_on_the_first(platform: AdminPlatform) -> None:
    """At 00:05 UTC; a second run on that day does no harm."""
    platform.clock.moment = FIRST.timestamp()
    row = platform.state.quota.rows["org_a", FIRST.date()] = QuotaRow(runs_month=7)
    runs = [platform.run("quota-monthly") for _ in range(2)]
    assert [(run.outcome, run.counts) for run in runs] == [((0, "done"), {"orgs_processed": 1})] * 2
    assert row.runs_month == 0


def test_on_any_other_day_the_operator_sees_that_nothing_was_reset(platform: AdminPlatform) -> None:
    """The service says success all the same; the run ends as skipped, with a warning that names the date."""
    row = platform.state.quota.rows["org_a", platform.clock.now().date()] = QuotaRow(runs_month=7)
    run = platform.run("quota-monthly")
    assert (run.outcome, row.runs_month) == ((0, "skipped"), 7)
    assert run.summary["severity"] == "WARNING"
    assert run.summary["reason"] == (
        "nothing was reset: today is 2026-03-31 (UTC), the service resets on the 1st only; "
        "it says: Skipped: Not the 1st of the month (day=31)"
    )
    (warning,) = run.log.events("nothing_reset")
    assert (warning["severity"], warning["date"]) == ("WARNING", "2026-03-31")


@pytest.mark.parametrize(("success", "outcome"), [(True, (0, "skipped")), (False, (1, "failed"))])
def test_a_failure_is_never_taken_for_a_skip(platform: AdminPlatform, success: bool, outcome: tuple[int, str]) -> None:
    """Whatever its message begins with."""
    platform.server.faults.add(Fault(Kind.RESPOND, status=200, body={**SKIPPED, "success": success}))
    assert platform.run("quota-monthly").outcome == outcome
