"""bootstrap: FR-SJ-002.2, NFR-SJ-001.4."""

from __future__ import annotations

import json

import pytest

from sandbox.admin_api.meta_tables import META_TABLES
from sandbox.faults import Fault, Kind
from tests.support.admin_platform import AdminPlatform

STATUS = "GET /admin/bootstrap/status"
CREATE = "POST /admin/bootstrap"
SYNC = "POST /admin/bootstrap/sync"
STATUS_PATH = "/api/v1/admin/bootstrap/status"
FRESH = {"force_refresh": "true"}
ALL = len(META_TABLES)
SYNCED = {"status": "SYNCED", "tables_expected": 20, "tables_missing": [], "message": ""}


@pytest.fixture
def empty(platform: AdminPlatform) -> AdminPlatform:
    """Nothing exists yet."""
    platform.state.meta.tables = None
    return platform


def test_an_empty_project_gets_its_tables(empty: AdminPlatform) -> None:
    """Asked, created, asked again: past the cache each time."""
    run = empty.run("bootstrap")
    assert (run.outcome, run.counts) == ((0, "done"), {"tables_created": ALL, "tables": ALL})
    assert empty.calls == [STATUS, CREATE, STATUS]
    assert [request.query for request in empty.server.requests] == [FRESH, {}, FRESH]


def test_a_second_run_syncs_and_changes_nothing(empty: AdminPlatform) -> None:
    """NFR-SJ-001.1."""
    empty.run("bootstrap")
    run = empty.run("bootstrap")
    assert (run.outcome, run.counts) == ((0, "done"), {"tables": ALL})
    assert empty.calls[3:] == [STATUS, SYNC, STATUS]


def test_what_is_missing_is_added_and_what_is_there_stays(platform: AdminPlatform) -> None:
    """Tables and columns; the service's 60 s cache does not hide the success."""
    tables = platform.state.meta.tables
    assert tables is not None
    del tables[META_TABLES[0]]
    tables[META_TABLES[1]] = {"org_slug"}
    tables["org_old"] = {"org_slug"}
    run = platform.run("bootstrap")
    assert (run.outcome, run.counts) == ((0, "done"), {"tables_created": 1, "columns_added": 2, "tables": ALL + 1})
    assert "org_old" in tables


@pytest.mark.parametrize(
    ("flag", "calls"), [("--force-fresh", [CREATE, STATUS]), ("--force-sync", [SYNC, STATUS]), ("", [STATUS, CREATE])]
)
def test_options_choose_the_way(empty: AdminPlatform, flag: str, calls: list[str]) -> None:
    """Regardless of the status."""
    run = empty.run("bootstrap", *filter(None, [flag]))
    assert (run.outcome, empty.calls[: len(calls)]) == ((0, "done"), calls)


def test_a_fresh_start_of_an_existing_installation_is_a_sync(platform: AdminPlatform) -> None:
    """409: nothing is recreated."""
    run = platform.run("bootstrap", "--force-fresh")
    assert (run.outcome, platform.calls) == ((0, "done"), [CREATE, SYNC, STATUS])
    assert len(run.log.events("bootstrapped_already")) == 1


def test_a_wrong_status_destroys_nothing(platform: AdminPlatform) -> None:
    """With BigQuery out of reach the service says NOT_BOOTSTRAPPED of a full project."""
    body = {**SYNCED, "status": "NOT_BOOTSTRAPPED", "tables_existing": []}
    platform.server.faults.add(Fault(Kind.RESPOND, path=STATUS_PATH, status=200, body=body))
    run = platform.run("bootstrap")
    assert (run.outcome, platform.calls) == ((0, "done"), [STATUS, CREATE, SYNC, STATUS])


def test_a_creation_whose_answer_was_lost_is_found_done(empty: AdminPlatform) -> None:
    """The repetition says 409, and the sync finds nothing missing."""
    empty.server.faults.add(Fault(Kind.RESET, method="POST", handled=True))
    run = empty.run("bootstrap")
    assert (run.outcome, run.counts) == ((0, "done"), {"tables": ALL})
    assert empty.calls == [STATUS, CREATE, "GET /health", CREATE, SYNC, STATUS]


def test_the_rate_limit_is_waited_out(empty: AdminPlatform) -> None:
    """Two creations a minute, 409s included; what the answer calls a wait is the time of day."""
    for _ in range(2):
        empty.state.bootstrap_calls.admit(empty.clock.epoch())
    run = empty.run("bootstrap")
    assert run.outcome == (0, "done")
    assert 60 <= sum(empty.clock.waits) <= 130


def test_a_partial_sync_is_a_failure_that_lists_its_errors(platform: AdminPlatform) -> None:
    """PARTIAL arrives as HTTP 200."""
    assert platform.state.meta.tables is not None
    for name in META_TABLES[:2]:
        del platform.state.meta.tables[name]
    platform.state.meta.stuck = set(META_TABLES[:2])
    run = platform.run("bootstrap")
    assert run.outcome == (1, "failed")
    assert run.summary["error"] == "the sync is partial: " + "; ".join(
        f"Failed to create {name}: 403 Access Denied" for name in META_TABLES[:2]
    )


def test_a_creation_that_left_tables_out_is_a_failure(empty: AdminPlatform) -> None:
    """The status afterwards names them."""
    empty.state.meta.stuck = {META_TABLES[0]}
    run = empty.run("bootstrap")
    assert (run.outcome, run.counts["tables"]) == ((1, "failed"), ALL - 1)
    assert run.summary["error"] == f"the platform is OUT_OF_SYNC, missing tables: {META_TABLES[0]}"


def test_columns_of_earlier_versions_are_reported_and_no_failure(platform: AdminPlatform) -> None:
    """A sync only adds: such a platform stays OUT_OF_SYNC for ever, and is whole."""
    assert platform.state.meta.tables is not None
    platform.state.meta.tables[META_TABLES[0]] |= {"old", "older"}
    run = platform.run("bootstrap")
    assert (run.outcome, run.counts) == ((0, "done"), {"tables": ALL})
    assert run.summary["reason"].endswith(f": {META_TABLES[0]}: old, older")


def test_columns_that_cannot_be_added_are_named(platform: AdminPlatform) -> None:
    """By table, from the status, if the sync does not say it."""
    diff = {META_TABLES[0]: {"missing_columns": ["a"], "extra_columns": ["b"]}}
    body = {**SYNCED, "status": "OUT_OF_SYNC", "tables_existing": list(META_TABLES), "schema_diffs": diff}
    platform.server.faults.add(Fault(Kind.RESPOND, path=STATUS_PATH, status=200, body=body, count=None))
    run = platform.run("bootstrap")
    assert run.outcome == (1, "failed")
    assert run.summary["error"] == f"the platform is OUT_OF_SYNC, missing columns: {META_TABLES[0]}: a"


@pytest.mark.parametrize(("tables", "outcome"), [(20, (1, "failed")), (21, (0, "done"))])
def test_fewer_than_21_tables_are_a_failure(platform: AdminPlatform, tables: int, outcome: tuple[int, str]) -> None:
    """FR-SJ-002.2: regardless of what the service says of itself."""
    body = {**SYNCED, "tables_existing": list(META_TABLES[:tables])}
    platform.server.faults.add(Fault(Kind.RESPOND, path=STATUS_PATH, status=200, body=body, count=None))
    run = platform.run("bootstrap")
    assert run.outcome == outcome
    assert tables >= 21 or run.summary["error"] == "only 20 meta tables exist, at least 21 are needed"


@pytest.mark.parametrize("flag", ["", "--force-fresh", "--force-sync"])
@pytest.mark.parametrize("bootstrapped", [True, False])
def test_no_force_flag_is_ever_true(platform: AdminPlatform, flag: str, bootstrapped: bool) -> None:
    """NFR-SJ-001.4: on no way through the job."""
    if not bootstrapped:
        platform.state.meta.tables = None
    platform.run("bootstrap", *filter(None, [flag]))
    bodies = [json.loads(request.body) for request in platform.server.requests if request.body]
    forced = [
        name for body in bodies for name, value in body.items() if name.startswith("force") and value is not False
    ]
    assert (forced, platform.state.violations) == ([], [])


def test_bigquery_out_of_reach_is_never_taken_for_success(empty: AdminPlatform) -> None:
    """The creation fails until the job gives up."""
    empty.state.bigquery = False
    assert empty.run("bootstrap").outcome == (75, "incomplete")
