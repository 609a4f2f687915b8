"""alerts: FR-SJ-003.4; nobody is notified twice by what the job does itself."""

from __future__ import annotations

import pytest

from runtime.jobs.daily.alerts import LOOK_FIRST, NOBODY_NOTIFIED
from sandbox.admin_api import Notification
from sandbox.faults import Fault, Kind
from tests.support.admin_platform import AdminPlatform
from tests.support.job_run import JobRun

RESULT = {"success": True, "orgs_processed": 2, "alerts_triggered": 0, "notifications_sent": 0, "errors": 0}
TWICE = "it may have notified already: a re-run may notify twice"
CALL = "POST /admin/alerts/process-all"


@pytest.fixture(autouse=True)
def due(platform: AdminPlatform) -> None:
    """Two organizations, one of them with a due alert."""
    platform.state.add_organizations("org_a", "org_b")
    platform.state.organizations["org_a"].due_alerts = ["cost_threshold"]


def assert_ambiguous(run: JobRun) -> None:
    assert run.outcome == (1, "failed")
    assert run.summary["remedy"].startswith(TWICE)


def test_what_is_due_is_notified_once(platform: AdminPlatform) -> None:
    """One call for all organizations."""
    run = platform.run("alerts")
    assert (run.outcome, platform.calls) == ((0, "done"), [CALL])
    assert run.counts == {"orgs_processed": 2, "alerts_triggered": 1, "notifications_sent": 1}
    assert platform.state.notifications == [Notification("org_a", "cost_threshold")]


def test_a_dry_run_notifies_nobody(platform: AdminPlatform) -> None:
    """It counts what is due; as it does no harm it is repeated after an answer that was lost."""
    platform.server.faults.add(Fault(Kind.RESET, handled=True))
    run = platform.run("alerts", "--dry-run")
    assert (run.outcome, run.counts) == ((0, "done"), {"orgs_processed": 2, "alerts_triggered": 1})
    assert (platform.state.notifications, platform.calls) == ([], [CALL, "GET /health", CALL])


def test_one_organization(platform: AdminPlatform) -> None:
    """The others are not evaluated."""
    run = platform.run("alerts", "--org", "org_b")
    assert (run.outcome, run.counts) == ((0, "done"), {"orgs_processed": 1})
    assert platform.state.notifications == []


def test_an_unknown_organization(platform: AdminPlatform) -> None:
    """With its name, as it was given."""
    run = platform.run("alerts", "--org=acme")
    assert (run.outcome, run.summary["remedy"]) == ((1, "failed"), "check the slug 'acme'")


@pytest.mark.parametrize("count", [1, 12])
def test_organizations_that_failed_are_named(platform: AdminPlatform, count: int) -> None:
    """The service says success: true; it names ten at most, the count tells the rest."""
    platform.state.add_organizations(*(f"bad_{number}" for number in range(count)))
    for number in range(count):
        platform.state.organizations[f"bad_{number}"].alert_error = "query failed"
    run = platform.run("alerts")
    assert (run.outcome, run.counts["errors"]) == ((1, "failed"), count)
    assert run.summary["error"].startswith(f"alerts: {count} organizations failed: bad_0: query failed")
    assert run.summary["remedy"] == LOOK_FIRST


@pytest.mark.parametrize("options", [[], ["--org", "org_a"]])
def test_a_notification_that_reached_nobody_is_a_failure(platform: AdminPlatform, options: list[str]) -> None:
    """The service only logs it; the two counts tell."""
    platform.state.organizations["org_a"].delivers = False
    run = platform.run("alerts", *options)
    assert run.outcome == (1, "failed")
    assert run.summary["error"] == "alerts: 1 alerts were triggered, but only 0 notifications were sent"
    assert run.summary["remedy"] == LOOK_FIRST
    assert run.counts["alerts_triggered"] == 1


def test_one_lost_notification_among_many_is_a_failure(platform: AdminPlatform) -> None:
    """Both numbers are told."""
    platform.state.organizations["org_b"].due_alerts = ["cost_threshold", "budget_percent"]
    platform.state.organizations["org_a"].delivers = False
    run = platform.run("alerts")
    assert (run.outcome, len(platform.state.notifications)) == ((1, "failed"), 2)
    assert run.summary["error"] == "alerts: 3 alerts were triggered, but only 2 notifications were sent"


def test_a_failed_organization_may_have_been_notified(platform: AdminPlatform) -> None:
    """By its good rule; so the remedy names the dry run first."""
    platform.state.organizations["org_a"].alert_error = "no such column"
    run = platform.run("alerts")
    assert (run.outcome, len(platform.state.notifications)) == ((1, "failed"), 1)
    remedy = run.summary["remedy"]
    assert remedy.index("--dry-run") < remedy.index("--again")
    assert "may notify twice" in remedy


def test_a_failed_organization_in_a_dry_run_was_not_notified(platform: AdminPlatform) -> None:
    """Nobody was, so the remedy warns of no second notification."""
    platform.state.organizations["org_a"].alert_error = "no such column"
    run = platform.run("alerts", "--dry-run")
    assert (run.outcome, run.summary["remedy"]) == ((1, "failed"), NOBODY_NOTIFIED)


def test_what_a_dry_run_does_not_send_is_no_loss(platform: AdminPlatform) -> None:
    """It triggers, and sends nothing."""
    run = platform.run("alerts", "--dry-run")
    assert (run.outcome, run.counts["alerts_triggered"]) == ((0, "done"), 1)


@pytest.mark.parametrize("given", [["--org", ""], ["--org="], ["--org", " "]])
def test_an_empty_slug_is_refused(platform: AdminPlatform, given: list[str]) -> None:
    """To the service it means all organizations: an unset variable in a command would notify everybody."""
    run = platform.run("alerts", *given)
    assert (run.outcome, platform.calls) == ((2, "failed"), [])
    assert "--org needs a value" in run.summary["error"]


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"success": False, "message": "no"}, "alerts: success: false: no"),
        ({"success": False}, "alerts: success: false: the service names none"),
        ({"errors": 3}, "alerts: 3 organizations failed: the service names none"),
        ({"org_errors": [{"org_slug": "a", "error": "e"}]}, "alerts: 1 organizations failed: a: e"),
    ],
)
def test_a_200_is_no_success_yet(platform: AdminPlatform, changes: dict[str, object], error: str) -> None:
    """Contract section 1."""
    platform.server.faults.add(Fault(Kind.RESPOND, status=200, body={**RESULT, **changes}))
    run = platform.run("alerts")
    assert (run.outcome, run.summary["error"]) == ((1, "failed"), error)


@pytest.mark.parametrize("kind", [Kind.RESET, Kind.CLOSE])
@pytest.mark.parametrize("handled", [True, False])
def test_a_lost_answer_is_never_asked_for_again(platform: AdminPlatform, kind: Kind, handled: bool) -> None:
    """The job cannot know; it says that a re-run may notify twice."""
    platform.server.faults.add(Fault(kind, handled=handled))
    assert_ambiguous(platform.run("alerts"))
    assert (platform.calls, len(platform.state.notifications)) == ([CALL], int(handled))


@pytest.mark.parametrize("status", [200, 202, 204, 408, 500, 502, 503, 504])
def test_an_unclear_answer_is_never_asked_for_again(platform: AdminPlatform, status: int) -> None:
    """A proxy's page says nothing about what the service did."""
    platform.server.faults.add(Fault(Kind.RESPOND, status=status, body="<html></html>", handled=True))
    assert_ambiguous(platform.run("alerts"))
    assert platform.calls == [CALL]


@pytest.mark.parametrize("status", [307, 400, 405, 422])
def test_a_clear_refusal_notified_nobody(platform: AdminPlatform, status: int) -> None:
    """So nothing is said of notifying twice."""
    platform.server.faults.add(Fault(Kind.RESPOND, status=status, body={"detail": "no"}))
    run = platform.run("alerts")
    assert run.outcome == (1, "failed")
    assert TWICE not in run.summary.get("remedy", "")
    assert platform.calls == [CALL]


def test_a_refusal_at_the_door_is_waited_out(platform: AdminPlatform) -> None:
    """A 429 surely took nothing."""
    platform.server.faults.add(Fault(Kind.RESPOND, status=429, headers={"Retry-After": "7"}, body={}))
    run = platform.run("alerts")
    assert (run.outcome, platform.clock.waits) == ((0, "done"), [8.0])
    assert len(platform.state.notifications) == 1


def test_maintenance_that_outlives_the_job_may_be_run_again(platform: AdminPlatform) -> None:
    """75 and no word of notifying twice: nothing was taken."""
    platform.state.maintenance = True
    run = platform.run("alerts")
    assert (run.outcome, platform.calls) == ((75, "incomplete"), [CALL])
    assert TWICE not in run.summary["remedy"]
