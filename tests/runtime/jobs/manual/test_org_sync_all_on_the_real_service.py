"""org-sync-all against what was seen on the real service: a green run means that every organization was synced."""

from __future__ import annotations

import pytest

from runtime.jobs.manual.org_sync_all import CORRECT_RECORDS
from sandbox.faults import Fault, Kind
from tests.support.admin_platform import AdminPlatform

ORGANIZATIONS = "/api/v1/organizations"
ALONE = {"ORG_SYNC_CONCURRENCY": "1"}


def unsynced(platform: AdminPlatform) -> set[str]:
    return {each.slug for each in platform.state.organizations.values() if not each.synced}


def test_organizations_of_one_moment_are_all_synced(platform: AdminPlatform) -> None:
    """A bulk import: pages overlap, and a pass shows four fifths of them."""
    platform.state.import_organizations(f"org_{number:03}" for number in range(450))
    run = platform.run("org-sync-all")
    assert (run.outcome, run.counts["synced"], unsynced(platform)) == ((0, "done"), 450, set())


def test_a_list_that_says_it_ends_early_is_read_to_its_end(platform: AdminPlatform) -> None:
    """`total` counts them all."""
    platform.state.add_organizations(*(f"org_{number:03}" for number in range(250)))
    platform.state.last_page = 1
    run = platform.run("org-sync-all")
    assert (run.outcome, unsynced(platform)) == ((0, "done"), set())


def test_what_the_list_does_not_show_is_counted_and_the_rest_is_synced(platform: AdminPlatform) -> None:
    """75: another run may find them."""
    platform.state.add_organizations(*(f"org_{number:03}" for number in range(250)))
    platform.state.empty_pages = set(range(2, 10))
    run = platform.run("org-sync-all")
    assert (run.outcome, run.counts["synced"], run.counts["left"]) == ((75, "incomplete"), 100, 150)
    assert run.summary["error"] == "150 of 250 organizations did not come in 5 passes over the list"


def test_a_record_that_cannot_be_listed_costs_one_organization(platform: AdminPlatform) -> None:
    """It is told by its number; all others are synced."""
    platform.state.add_organizations(*(f"org_{number:03}" for number in range(250)))
    platform.state.organizations["org_113"].default_currency = None
    run = platform.run("org-sync-all")
    assert (run.outcome, run.counts["synced"], run.counts["failed"]) == ((1, "failed"), 249, 1)
    assert run.summary["error"].endswith("record 137 of the list cannot be listed by the service")
    # It has no slug that `--org` could be given.
    assert run.summary["remedy"] == CORRECT_RECORDS
    assert unsynced(platform) == {"org_113"}


def test_too_many_such_records_end_the_list_and_not_the_syncs(platform: AdminPlatform) -> None:
    """75, and those that were listed are synced."""
    platform.state.add_organizations(*(f"org_{number:03}" for number in range(250)))
    for number in range(100):
        platform.state.organizations[f"org_{number:03}"].default_currency = None
    run = platform.run("org-sync-all")
    assert (run.outcome, run.counts["synced"]) == ((75, "incomplete"), 150)
    assert "more than 50 records of the list cannot be listed" in run.summary["error"]


def test_a_rate_limit_costs_no_organization(platform: AdminPlatform) -> None:
    """The window is waited for, however often it is met."""
    platform.state.add_organizations(*(f"org_{number}" for number in range(3)))
    platform.server.faults.add(Fault(Kind.RESPOND, method="POST", status=429, body={}, count=12))
    run = platform.run("org-sync-all", **ALONE)
    assert (run.outcome, run.counts["synced"]) == ((0, "done"), 3)


def test_a_refused_key_ends_the_run_though_a_request_hangs(platform: AdminPlatform) -> None:
    """It is waited for five seconds and not until its deadline; nothing else is sent."""
    platform.state.add_organizations("org_d", "org_c", "org_b", "org_a")
    hang = platform.server.faults.add(Fault(Kind.HANG, path=f"{ORGANIZATIONS}/org_a/sync"))

    def revoke() -> None:
        platform.state.key = "new"

    platform.server.faults.add(Fault(Kind.CALL, path=f"{ORGANIZATIONS}/org_b/sync", hook=revoke))
    with platform.start("org-sync-all", ORG_SYNC_CONCURRENCY="2") as process:
        hang.wait()
        ending = process.finish()
        hang.release()
    assert (ending.exit_status, ending.summary["status"]) == (1, "failed")
    assert "answered 403" in ending.summary["error"]
    assert [call for call in platform.calls if "org_c" in call or "org_d" in call] == []


@pytest.mark.parametrize("bigquery", [True, False])
def test_tables_that_vanish_midway_end_the_run(platform: AdminPlatform, bigquery: bool) -> None:
    """After the second 500 the status is asked, instead of five attempts for each organization."""
    platform.state.add_organizations(*(f"org_{number}" for number in range(20)))

    def vanish() -> None:
        platform.state.bigquery = bigquery
        platform.state.meta.tables = None

    platform.server.faults.add(Fault(Kind.CALL, method="POST", skip=2, hook=vanish))
    run = platform.run("org-sync-all", **ALONE)
    assert (run.outcome, run.counts["synced"], run.counts["left"]) == ((1, "failed"), 2, 18)
    assert run.summary["error"] == "nothing is bootstrapped, or the service cannot reach BigQuery"
