"""Status with its cache, creation, sync, and their limits."""

from __future__ import annotations

from sandbox.admin_api import AdminState, VirtualTime
from sandbox.admin_api.meta_tables import META_TABLES
from tests.sandbox.admin_api.client import NO_FORCE, SYNC, Client

STATUS = "/admin/bootstrap/status"


def test_fresh_project_is_created_then_synced(client: Client, state: AdminState) -> None:
    """The first creation makes all tables (FR-SJ-002.2: 21 or more), the second is a 409."""
    before = client.get(STATUS).body
    created = client.post("/admin/bootstrap", NO_FORCE).body
    again = client.post("/admin/bootstrap", NO_FORCE)
    after = client.get(STATUS).body

    assert (before["status"], len(before["tables_missing"])) == ("NOT_BOOTSTRAPPED", 30)
    assert (created["total_tables"], created["tables_created"]) == (30, list(META_TABLES))
    assert (again.status, after["status"], after["tables_existing"]) == (409, "SYNCED", list(META_TABLES))
    assert state.bootstrapped


def test_status_answer_has_the_known_fields(client: Client, state: AdminState) -> None:
    """There is no `tables_count`."""
    state.bootstrap()

    assert sorted(client.get(STATUS).body) == [
        "dataset_exists",
        "message",
        "schema_diffs",
        "status",
        "tables_existing",
        "tables_expected",
        "tables_extra",
        "tables_missing",
    ]


def test_sync_adds_tables_and_columns(client: Client, state: AdminState) -> None:
    """A sync only adds, and the status names what is missing before (NFR-SJ-001.4)."""
    state.bootstrap()
    assert state.meta.tables is not None
    del state.meta.tables["org_budgets"]
    state.meta.tables["org_profiles"] = {"org_slug", "created_at", "legacy"}
    before = client.get(STATUS).body
    synced = client.post("/admin/bootstrap/sync", SYNC).body

    assert (before["status"], before["tables_missing"]) == ("OUT_OF_SYNC", ["org_budgets"])
    assert before["schema_diffs"] == {"org_profiles": {"missing_columns": ["updated_at"], "extra_columns": ["legacy"]}}
    assert (synced["tables_created"], synced["columns_added"]) == (["org_budgets"], {"org_profiles": ["updated_at"]})
    assert state.meta.tables["org_profiles"] == {"org_slug", "created_at", "updated_at", "legacy"}


def test_status_is_stale_for_a_minute(client: Client, state: AdminState, time: VirtualTime) -> None:
    """The cache survives a sync; a forced refresh or the minute's end do away with it."""
    state.bootstrap()
    state.meta.tables = {}
    first = client.get(STATUS).body["status"]
    client.post("/admin/bootstrap/sync", SYNC)
    stale = client.get(STATUS).body["status"]
    forced = client.get(f"{STATUS}?force_refresh=true").body["status"]
    state.meta.tables = {}
    time.advance(60)
    cached = client.get(STATUS).body["status"]
    time.advance(0.1)
    expired = client.get(STATUS).body["status"]

    assert [first, stale, forced, cached, expired] == ["OUT_OF_SYNC", "OUT_OF_SYNC", "SYNCED", "SYNCED", "OUT_OF_SYNC"]


def test_missing_dataset_is_not_cached(client: Client, state: AdminState) -> None:
    """Only a status with a dataset is cached."""
    before = client.get(STATUS).body["status"]
    state.bootstrap()

    assert [before, client.get(STATUS).body["status"]] == ["NOT_BOOTSTRAPPED", "SYNCED"]


def test_partial_sync_is_http_200(client: Client, state: AdminState) -> None:
    """What could not be added is said in the body only."""
    state.meta.stuck = {"org_budgets"}
    reply = client.post("/admin/bootstrap/sync", SYNC)

    assert (reply.status, reply.body["status"], len(reply.body["errors"])) == (200, "PARTIAL", 1)
    assert len(reply.body["tables_created"]) == 29


def test_bigquery_out_of_reach_looks_like_an_empty_project(client: Client, state: AdminState) -> None:
    """NOT_BOOTSTRAPPED alone proves nothing."""
    state.bootstrap()
    state.bigquery = False
    reply = client.get(f"{STATUS}?force_refresh=true")

    assert (reply.status, reply.body["status"], client.post("/admin/bootstrap", NO_FORCE).status) == (
        200,
        "NOT_BOOTSTRAPPED",
        500,
    )


def test_two_creations_a_minute(client: Client, time: VirtualTime) -> None:
    """409s count, the window slides, and the wait that the 429 names is the time of day."""
    statuses = [client.post("/admin/bootstrap", NO_FORCE).status for _ in range(2)]
    refused = client.post("/admin/bootstrap", NO_FORCE)
    time.advance(60)
    statuses.append(client.post("/admin/bootstrap", NO_FORCE).status)

    assert statuses == [200, 409, 409]
    assert (refused.status, refused.body["detail"]["retry_after"]) == (429, int(time().timestamp()) - 60)
    assert "retry-after" not in refused.headers


def test_five_syncs_a_minute(client: Client) -> None:
    """The sync has its own limit."""
    statuses = [client.post("/admin/bootstrap/sync", SYNC).status for _ in range(6)]

    assert statuses == [200, 200, 200, 200, 200, 429]


def test_what_no_client_may_send_is_recorded(client: Client, state: AdminState) -> None:
    """The service takes destructive flags and unknown fields: the state tells."""
    client.post("/admin/bootstrap", {"force_recreate_tables": True, "color": "red"})

    assert state.violations == ["BootstrapBody: unknown field color", "BootstrapBody: force_recreate_tables is true"]
