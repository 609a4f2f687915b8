"""quota-reset: FR-SJ-003.1, FR-SJ-003.5."""

from __future__ import annotations

import pytest

from sandbox.faults import Fault, Kind
from tests.support.admin_platform import AdminPlatform

ANSWER = {"orgs_processed": 3, "orgs_created": 2, "orgs_skipped": 1}


def test_the_day_is_opened_for_every_active_organization(platform: AdminPlatform) -> None:
    """The counts are the service's, its message is in the summary."""
    platform.state.add_organizations("org_a", "org_b", "org_c")
    platform.state.organizations["org_c"].status = "SUSPENDED"
    run = platform.run("quota-reset")
    assert (run.outcome, run.counts) == ((0, "done"), {"orgs_processed": 2, "orgs_created": 2})
    assert run.summary["answer"] == "Daily quota reset complete in 0.10s"
    assert {slug for slug, _ in platform.state.quota.rows} == {"org_a", "org_b"}


def test_a_second_run_changes_nothing(platform: AdminPlatform) -> None:
    """NFR-SJ-001.1: safe to repeat."""
    platform.state.add_organizations("org_a", "org_b")
    first, second = (platform.run("quota-reset") for _ in range(2))
    assert (first.counts["orgs_created"], second.counts) == (2, {"orgs_processed": 2, "orgs_skipped": 2})
    assert second.outcome == (0, "done")


@pytest.mark.parametrize("kind", [Kind.RESET, Kind.CLOSE, Kind.TRUNCATE])
def test_an_answer_that_was_lost_is_asked_for_again(platform: AdminPlatform, kind: Kind) -> None:
    """The reset has happened; repeating it does no harm."""
    platform.state.add_organizations("org_a")
    platform.server.faults.add(Fault(kind, path="/api/v1/quota", handled=kind is not Kind.TRUNCATE))
    run = platform.run("quota-reset")
    assert (run.outcome, run.counts) == ((0, "done"), {"orgs_processed": 1, "orgs_skipped": 1})


@pytest.mark.parametrize(
    ("message", "reason"), [("BigQuery quota", "BigQuery quota"), ("", "the service says success")]
)
def test_success_false_is_a_failure(platform: AdminPlatform, message: str, reason: str) -> None:
    """It arrives as HTTP 200."""
    platform.server.faults.add(Fault(Kind.RESPOND, status=200, body={**ANSWER, "success": False, "message": message}))
    run = platform.run("quota-reset")
    assert run.outcome == (1, "failed")
    assert run.summary["error"].startswith(f"quota reset-daily: {reason}")
    assert run.counts == ANSWER


def test_an_empty_platform_is_reported_at_once(platform: AdminPlatform) -> None:
    """Two attempts and one look at the status, in seconds; out of BigQuery's reach the service says the same."""
    platform.state.meta.tables = None
    run = platform.run("quota-reset")
    assert (run.outcome, run.summary["remedy"]) == ((1, "failed"), "run bootstrap first")
    assert run.summary["error"] == "nothing is bootstrapped, or the service cannot reach BigQuery"
    assert sum(platform.clock.waits) < 5
    assert platform.calls[-1] == "GET /admin/bootstrap/status"


def test_a_service_that_stays_down_is_given_up_in_the_end(platform: AdminPlatform) -> None:
    """Its 500 may pass, so it is asked for as long as attempts and time last, and running again is right."""
    platform.server.faults.add(Fault(Kind.RESPOND, path="/api/v1/quota", status=500, body={"detail": "x"}, count=None))
    run = platform.run("quota-reset")
    assert run.outcome == (75, "incomplete")
    assert "500: x" in run.summary["error"]


def test_a_reset_behind_a_504_is_not_met_by_its_repetition(platform: AdminPlatform) -> None:
    """The front end answers after 300 s, the handler goes on: two at the same time would make each row twice."""
    platform.state.add_organizations("org_a")

    async def pass_time(seconds: float) -> None:
        platform.clock.moment += seconds
        platform.state.reset_seconds = 0.0

    platform.state.sleep, platform.state.reset_seconds = pass_time, 500.0
    run = platform.run("quota-reset")
    assert (run.outcome, run.counts) == ((0, "done"), {"orgs_processed": 1, "orgs_skipped": 1})
    assert platform.state.quota.doubled == []
    assert platform.calls[-3:] == ["POST /quota/reset-daily", "GET /health", "POST /quota/reset-daily"]
