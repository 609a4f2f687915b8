"""What was seen on the real service, each of which let a green run do harm: the stand-in does the same."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest

from sandbox.admin_api import AdminState, Notification, QuotaRow, VirtualTime
from sandbox.admin_api.meta_tables import META_TABLES
from tests.sandbox.admin_api.client import SYNC, Client

FIRST = datetime(2026, 12, 1, 0, 5, tzinfo=UTC)
ALERTS = "/admin/alerts/process-all"


@pytest.fixture(autouse=True)
def bootstrapped(state: AdminState, time: VirtualTime) -> None:
    """The first of a month; waiting moves the clock."""
    time.moment = FIRST
    state.bootstrap()

    async def pass_time(seconds: float) -> None:
        time.advance(seconds)

    state.sleep = pass_time


def list_pages(client: Client, size: int) -> list[list[str]]:
    """All pages of the active organizations, as long as `total` says that there are more."""
    pages: list[list[str]] = []
    total = 1
    while len(pages) * size < total:
        body = client.get(f"/organizations?page={len(pages) + 1}&page_size={size}&status=ACTIVE").body
        total = body["total"]
        pages.append([each["org_slug"] for each in body["organizations"]])
    return pages


def test_a_notification_that_cannot_be_delivered_is_no_error(client: Client, state: AdminState) -> None:
    """Only the counts tell: the service writes it to its log."""
    state.add_organizations("org_a", "org_b")
    for each in state.organizations.values():
        each.due_alerts = ["cost_threshold"]
    state.organizations["org_b"].delivers = False
    body = client.post(ALERTS, {}).body
    assert (body["success"], body["errors"]) == (True, 0)
    assert (body["alerts_triggered"], body["notifications_sent"]) == (2, 1)
    assert state.notifications == [Notification("org_a", "cost_threshold")]


def test_an_organization_is_notified_by_one_rule_and_fails_by_another(client: Client, state: AdminState) -> None:
    """It is in `errors`, and to repeat it notifies it again."""
    state.add_organizations("org_a")
    state.organizations["org_a"].due_alerts = ["cost_threshold"]
    state.organizations["org_a"].alert_error = "no such column"
    body = client.post(ALERTS, {}).body
    assert (body["errors"], body["notifications_sent"]) == (1, 1)


def test_an_empty_slug_means_all(client: Client, state: AdminState) -> None:
    """Not none, and not an unknown one."""
    state.add_organizations("org_a", "org_b")
    assert client.post(ALERTS, {"org_slug": ""}).body["orgs_processed"] == 2


def test_extra_columns_are_out_of_sync_for_ever(client: Client, state: AdminState) -> None:
    """A sync only adds."""
    assert state.meta.tables is not None
    state.meta.tables[META_TABLES[0]].add("dropped")
    for _ in range(2):
        client.post("/admin/bootstrap/sync", SYNC)
        status = client.get("/admin/bootstrap/status?force_refresh=true").body
        assert (status["status"], status["tables_missing"]) == ("OUT_OF_SYNC", [])
        assert status["schema_diffs"] == {META_TABLES[0]: {"missing_columns": [], "extra_columns": ["dropped"]}}


def test_a_monthly_reset_before_the_days_rows_resets_nobody(client: Client, state: AdminState) -> None:
    """It says success; the daily reset then carries yesterday's count of the month over."""
    state.add_organizations("org_a")
    state.quota.rows["org_a", datetime(2026, 11, 30).date()] = QuotaRow(runs_month=7)
    monthly = client.post("/quota/reset-monthly").body
    client.post("/quota/reset-daily")
    assert (monthly["success"], monthly["orgs_processed"]) == (True, 0)
    assert state.quota.rows["org_a", FIRST.date()].runs_month == 7


def test_organizations_of_one_moment_come_on_two_pages_or_on_none(client: Client, state: AdminState) -> None:
    """`total` counts them all; a pass shows about four fifths, another page size shows others."""
    state.import_organizations(f"org_{number:03}" for number in range(450))
    passes = [{slug for page in list_pages(client, size) for slug in page} for size in (100, 90)]
    assert [0.75 < len(each) / 450 < 0.85 for each in passes] == [True, True]
    assert len(passes[0] | passes[1]) > len(passes[0]) + 30
    assert list_pages(client, 100) == list_pages(client, 100)


@pytest.mark.parametrize("size", [100, 10, 1])
def test_one_organization_makes_its_page_a_500(client: Client, state: AdminState, size: int) -> None:
    """At any page size that covers it; all other pages are well."""
    state.add_organizations(*(f"org_{number}" for number in range(20)))
    state.organizations["org_6"].default_currency = None
    answers = [client.get(f"/organizations?page={page}&page_size={size}") for page in range(1, max(20 // size, 1) + 1)]
    broken = [answer.body["error"] for answer in answers if answer.status == 500]
    assert (broken, len(answers)) == (["VALIDATION_ERROR"], max(20 // size, 1))


def test_a_list_that_ends_early_and_has_an_empty_page(client: Client, state: AdminState) -> None:
    """`total` still counts all."""
    state.add_organizations(*(f"org_{number}" for number in range(30)))
    state.last_page, state.empty_pages = 1, {2}
    first = client.get("/organizations?page=1&page_size=10").body
    second = client.get("/organizations?page=2&page_size=10").body
    assert (first["has_next"], first["total"], second["organizations"], second["total"]) == (False, 30, [], 30)


def test_two_daily_resets_at_the_same_time_make_two_rows(client: Client, state: AdminState) -> None:
    """One of them still at work behind a 504, the other its repetition."""
    state.add_organizations("org_a")
    state.reset_seconds = 400.0
    assert client.post("/quota/reset-daily").status == 504
    assert state.quota.rows == {}
    state.reset_seconds = 0.0
    assert client.post("/quota/reset-daily").body["orgs_created"] == 1
    client.call("GET", "/health", None, {})
    assert state.quota.doubled == [("org_a", FIRST.date())]


def test_two_daily_resets_one_after_the_other_make_one_row(client: Client, state: AdminState) -> None:
    """`/health` answers when the handler that blocks the event loop has finished."""
    state.add_organizations("org_a")
    state.reset_seconds = 400.0
    assert client.post("/quota/reset-daily").status == 504
    state.reset_seconds = 0.0
    assert client.call("GET", "/health", None, {}).status == 200
    assert client.post("/quota/reset-daily").body["orgs_skipped"] == 1
    assert state.quota.doubled == []


def test_two_instances_make_two_rows(client: Client, state: AdminState) -> None:
    """Both look before either writes."""
    import asyncio

    state.add_organizations("org_a")
    state.reset_seconds, state.sleep = 0.05, asyncio.sleep
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda _: client.post("/quota/reset-daily"), range(2)))
    assert state.quota.doubled == [("org_a", FIRST.date())]
