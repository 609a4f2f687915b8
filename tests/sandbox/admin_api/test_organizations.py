"""The list of organizations while it changes, and their sync."""

from __future__ import annotations

import pytest

from sandbox.admin_api import AdminState
from sandbox.faults import Fault, Kind
from tests.sandbox.admin_api.client import SYNC, Client

SYNC_ALL = SYNC | {"recreate_views": True}


@pytest.fixture(autouse=True)
def bootstrapped(state: AdminState) -> None:
    """Meta tables, and five organizations of which one is suspended."""
    state.bootstrap()
    state.add_organizations("org_a", "org_b", "org_c", "org_d", "org_e")
    state.organizations["org_c"].status = "SUSPENDED"


def read_page(client: Client, query: str) -> tuple[list[str], int, bool]:
    """Slugs, total and has_next of one page."""
    body = client.get(f"/organizations?{query}").body
    return [each["org_slug"] for each in body["organizations"]], body["total"], body["has_next"]


def test_pages_are_newest_first(client: Client) -> None:
    """Pages start at 1 and know whether there is another."""
    pages = [read_page(client, f"page={page}&page_size=2&status=ACTIVE") for page in (1, 2, 3)]

    assert pages == [(["org_e", "org_d"], 4, True), (["org_b", "org_a"], 4, False), ([], 4, False)]


@pytest.mark.parametrize("query", ["page_size=101", "page=0", "page_size=0"])
def test_paging_has_bounds(client: Client, query: str) -> None:
    """Out of bounds is a 422."""
    assert client.get(f"/organizations?{query}").status == 422


def test_new_organization_shifts_the_pages(client: Client, state: AdminState) -> None:
    """One that comes between two pages shows the last one of the first page again."""
    client.server.faults.add(
        Fault(Kind.CALL, path="/api/v1/organizations", skip=1, hook=lambda: state.add_organizations("org_new"))
    )
    pages = [read_page(client, f"page={page}&page_size=2&status=ACTIVE")[0] for page in (1, 2)]

    assert pages == [["org_e", "org_d"], ["org_d", "org_b"]]


def test_list_before_bootstrap_is_a_500(client: Client, state: AdminState) -> None:
    """Any BigQuery fault looks the same here."""
    state.meta.tables = None
    reply = client.get("/organizations")

    assert (reply.status, reply.body["error"]) == (500, "VALIDATION_ERROR")


def test_first_sync_creates_the_tables(client: Client, state: AdminState) -> None:
    """A new organization has a dataset without tables; syncing again changes nothing (FR-SJ-002.3)."""
    first, second = (client.post("/organizations/org_a/sync", SYNC_ALL).body for _ in range(2))

    assert (first["status"], first["dataset_created"], len(first["tables_created"])) == ("SUCCESS", False, 4)
    assert (second["tables_created"], state.organizations["org_a"].syncs) == ([], 2)
    assert state.organizations["org_a"].synced


def test_partial_sync_is_http_200(client: Client, state: AdminState) -> None:
    """What could not be added is said in the body only."""
    state.organizations["org_a"].sync_errors = ["Failed to create view: x"]
    reply = client.post("/organizations/org_a/sync", SYNC_ALL)

    assert (reply.status, reply.body["status"], reply.body["errors"]) == (200, "PARTIAL", ["Failed to create view: x"])


@pytest.mark.parametrize(("slug", "status"), [("org_unknown", 404), ("org_c", 400)])
def test_sync_of_an_organization_that_is_not_there(client: Client, slug: str, status: int) -> None:
    """Unknown is 404 and suspended 400, each with a request id: the service's own word."""
    reply = client.post(f"/organizations/{slug}/sync", SYNC_ALL)

    assert (reply.status, sorted(reply.body)) == (status, ["detail", "request_id"])
