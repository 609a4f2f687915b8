"""The calls of the scheduled jobs: quotas and alerts."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from sandbox.admin_api import AdminState, Notification, QuotaRow, VirtualTime, serve_admin_api
from tests.sandbox.admin_api.client import Client


@pytest.fixture(autouse=True)
def bootstrapped(state: AdminState) -> None:
    """Meta tables, and three organizations."""
    state.bootstrap()
    state.add_organizations("org_a", "org_b", "org_c")


def test_daily_reset_opens_each_day_once(client: Client) -> None:
    """Repeating it on the same day creates nothing (NFR-SJ-001.1)."""
    answers = [client.post("/quota/reset-daily").body for _ in range(2)]

    assert [(each["orgs_processed"], each["orgs_created"], each["orgs_skipped"]) for each in answers] == [
        (3, 3, 0),
        (3, 0, 3),
    ]


def test_monthly_reset_on_another_day_is_a_success_that_did_nothing(
    client: Client, state: AdminState, time: VirtualTime
) -> None:
    """Only the message tells (FR-SJ-004.1)."""
    state.quota.rows["org_a", time().date()] = QuotaRow(runs_month=7)
    skipped = client.post("/quota/reset-monthly").body

    assert (skipped["success"], skipped["message"]) == (True, "Skipped: Not the 1st of the month (day=23)")
    assert state.quota.rows["org_a", time().date()].runs_month == 7


def test_monthly_reset_on_the_first(client: Client, state: AdminState, time: VirtualTime) -> None:
    """The month's counters are zero afterwards."""
    time.moment = datetime(2026, 12, 1, 0, 5, tzinfo=UTC)
    state.quota.rows["org_a", time().date()] = QuotaRow(runs_month=7)
    reset = client.post("/quota/reset-monthly").body

    assert (reset["orgs_processed"], state.quota.rows["org_a", time().date()].runs_month) == (1, 0)


def test_stale_counters_are_corrected(client: Client, state: AdminState, time: VirtualTime) -> None:
    """Only counts above the truth are touched; a second call finds none."""
    state.quota.rows["org_a", time().date()] = QuotaRow(running=3, truly_running=1)
    state.quota.rows["org_b", time().date()] = QuotaRow(running=2, truly_running=2)
    fixed = [client.post("/quota/cleanup-stale").body["orgs_processed"] for _ in range(2)]

    assert (fixed, state.quota.rows["org_a", time().date()].running) == ([1, 0], 1)


@pytest.mark.parametrize(("deployed", "other"), [("/quota", "/admin/quota"), ("/admin/quota", "/quota")])
def test_quota_calls_are_deployed_under_one_path(time: VirtualTime, deployed: str, other: str) -> None:
    """Under the other one the framework knows no route."""
    state = AdminState(now=time, quota_prefix=deployed)
    state.bootstrap()
    with serve_admin_api(state) as server:
        found, lost = (Client(server).post(f"{prefix}/reset-daily") for prefix in (deployed, other))

    assert (found.status, lost.status, lost.body) == (200, 404, {"detail": "Not Found"})


def test_alerts_notify_again_on_every_run(client: Client, state: AdminState) -> None:
    """A run that is repeated is a message that somebody gets twice (FR-SJ-003.4)."""
    state.organizations["org_a"].due_alerts = ["cost_threshold"]
    for _ in range(2):
        reply = client.post("/admin/alerts/process-all", {"send_notifications": True, "dry_run": False}).body

    assert (reply["orgs_processed"], reply["alerts_triggered"], reply["notifications_sent"]) == (3, 1, 1)
    assert state.notifications == [Notification("org_a", "cost_threshold")] * 2


def test_dry_run_and_other_types_notify_nobody(client: Client, state: AdminState) -> None:
    """What is due is counted anyway in a dry run, and left out when its type is not asked for."""
    state.organizations["org_a"].due_alerts = ["cost_threshold"]
    dry = client.post("/admin/alerts/process-all", {"dry_run": True}).body
    other = client.post("/admin/alerts/process-all", {"alert_types": ["budget_percent"]}).body

    assert (dry["alerts_triggered"], other["alerts_triggered"], state.notifications) == (1, 0, [])


def test_failed_organizations_are_in_a_success(client: Client, state: AdminState) -> None:
    """At most ten of them are named."""
    state.add_organizations(*(f"org_{number}" for number in range(12)))
    for organization in state.organizations.values():
        organization.alert_error = "query failed"
    body = client.post("/admin/alerts/process-all", {}).body

    assert (body["success"], body["errors"], len(body["org_errors"])) == (True, 15, 10)


def test_alerts_of_one_organization(client: Client, state: AdminState) -> None:
    """One that is unknown is a 404."""
    known, unknown = (client.post("/admin/alerts/process-all", {"org_slug": slug}) for slug in ("org_a", "org_x"))

    assert (known.body["orgs_processed"], unknown.status) == (1, 404)
