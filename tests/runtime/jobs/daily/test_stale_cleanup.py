"""stale-cleanup: FR-SJ-003.3, FR-SJ-003.5."""

from __future__ import annotations

from sandbox.admin_api import QuotaRow
from sandbox.faults import Fault, Kind
from tests.support.admin_platform import AdminPlatform


def test_stuck_counters_are_fixed_and_right_ones_left(platform: AdminPlatform) -> None:
    """A second run finds none (NFR-SJ-001.1)."""
    today = platform.clock.now().date()
    rows = platform.state.quota.rows
    rows["org_a", today] = QuotaRow(running=3, truly_running=1)
    rows["org_b", today] = QuotaRow(running=2, truly_running=2)
    first, second = (platform.run("stale-cleanup") for _ in range(2))
    assert (first.outcome, second.outcome) == ((0, "done"), (0, "done"))
    assert (first.counts, second.counts) == ({"orgs_processed": 1, "orgs_created": 1}, {})
    assert [row.running for row in rows.values()] == [1, 2]


def test_success_false_is_a_failure(platform: AdminPlatform) -> None:
    """It arrives as HTTP 200."""
    body = {"success": False, "orgs_processed": 0, "message": "no"}
    platform.server.faults.add(Fault(Kind.RESPOND, status=200, body=body))
    run = platform.run("stale-cleanup")
    assert (run.outcome, run.summary["error"]) == ((1, "failed"), "quota cleanup-stale: no")
