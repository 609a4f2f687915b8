"""org-sync-all: FR-SJ-002.3, FR-SJ-002.4."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from sandbox.admin_api import ROOT_KEY, Organization
from sandbox.faults import Fault, Kind
from tests.support.admin_platform import AdminPlatform

ALONE = {"ORG_SYNC_CONCURRENCY": "1"}
ORGANIZATIONS = "/api/v1/organizations"


def add(platform: AdminPlatform, count: int) -> list[str]:
    """Organizations in the order in which a single thread syncs them: newest first."""
    slugs = [f"org_{number:03}" for number in range(count)]
    platform.state.add_organizations(*slugs)
    return slugs[::-1]


def syncs(platform: AdminPlatform) -> dict[str, int]:
    return {each.slug: each.syncs for each in platform.state.organizations.values()}


def test_every_active_organization_is_synced_once(platform: AdminPlatform) -> None:
    """Over more than one page; suspended ones are left alone; tables, columns and views are asked for."""
    slugs = add(platform, 120)
    platform.state.organizations[slugs[7]].status = "SUSPENDED"
    run = platform.run("org-sync-all")
    assert (run.outcome, run.counts) == ((0, "done"), {"synced": 119, "tables_created": 4 * 119})
    assert syncs(platform) == {slug: int(slug != slugs[7]) for slug in slugs}
    assert all(each.views for each in platform.state.organizations.values() if each.active)


def test_a_second_run_changes_nothing(platform: AdminPlatform) -> None:
    """NFR-SJ-001.1."""
    add(platform, 3)
    first, second = (platform.run("org-sync") for _ in range(2))
    assert (first.counts["tables_created"], second.outcome, second.counts) == (12, (0, "done"), {"synced": 3})


def test_a_platform_without_organizations_is_done(platform: AdminPlatform) -> None:
    """A new installation."""
    run = platform.run("org-sync-all")
    assert (run.outcome, run.counts) == ((0, "done"), {})


def test_without_a_bootstrap_no_organization_is_touched(platform: AdminPlatform) -> None:
    """The release order is named (FR-SJ-002.4); a cached status, stale for a minute, is not asked for."""
    platform.state.meta.tables = None
    add(platform, 1)
    run = platform.run("org-sync-all")
    assert run.outcome == (1, "failed")
    assert "no organization was touched" in run.summary["error"]
    assert run.summary["remedy"] == "run bootstrap first: the release order is migrate -> bootstrap -> org-sync-all"
    assert platform.calls == ["GET /admin/bootstrap/status"]
    assert [request.query for request in platform.server.requests] == [{"force_refresh": "true"}]


def test_a_platform_that_is_out_of_sync_is_a_warning(platform: AdminPlatform) -> None:
    """The organizations' datasets do not depend on the table that is missing."""
    assert platform.state.meta.tables is not None
    missing, _ = platform.state.meta.tables.popitem()
    add(platform, 1)
    run = platform.run("org-sync-all")
    assert run.outcome == (0, "done")
    assert [line["missing"] for line in run.log.events("platform_out_of_sync")] == [f"missing tables: {missing}"]


def test_a_failed_organization_does_not_stop_the_others(platform: AdminPlatform) -> None:
    """PARTIAL is a failure; each failed one is named with its reason."""
    slugs = add(platform, 5)
    platform.state.organizations[slugs[1]].sync_errors = ["403 Access Denied", "quota"]
    run = platform.run("org-sync-all")
    assert (run.outcome, run.counts["failed"], run.counts["synced"]) == ((1, "failed"), 1, 4)
    reason = f"{slugs[1]}: the sync is partial: 403 Access Denied; quota"
    assert run.summary["error"] == f"1 of 5 organizations failed: {reason}"
    assert run.summary["remedy"] == "run each again with `org-sync-all --org SLUG`"
    assert [line["org_slug"] for line in run.log.events("organization_failed")] == [slugs[1]]


def test_of_many_failed_ones_the_first_twenty_are_named(platform: AdminPlatform) -> None:
    """And the count; the log has them all."""
    slugs = add(platform, 25)
    for organization in platform.state.organizations.values():
        organization.sync_errors = ["no"]
    run = platform.run("org-sync-all", **ALONE)
    named = "; ".join(f"{slug}: the sync is partial: no" for slug in slugs[:20])
    assert run.summary["error"] == f"25 of 25 organizations failed: {named}; and 5 more"
    assert len(run.log.events("organization_failed")) == 25


@pytest.mark.parametrize("vanish", [dict.clear, lambda organizations: suspend(organizations)])
def test_organizations_that_vanished_meanwhile_are_skipped(
    platform: AdminPlatform, vanish: Callable[[dict[str, Organization]], None]
) -> None:
    """They were listed a moment ago. That all of them have gone is worth a warning."""
    slugs = add(platform, 3)
    hook = lambda: vanish(platform.state.organizations)  # noqa: E731
    platform.server.faults.add(Fault(Kind.CALL, path=f"{ORGANIZATIONS}/{slugs[1]}", hook=hook))
    run = platform.run("org-sync-all", **ALONE)
    assert (run.outcome, run.counts["skipped"], run.counts["synced"]) == ((0, "done"), 2, 1)
    assert "reason" not in run.summary
    run = platform.run("org-sync-all", **ALONE)
    assert run.outcome == (0, "done")


def test_a_run_that_skipped_every_organization_warns(platform: AdminPlatform) -> None:
    """Green, and nothing was done."""
    slugs = add(platform, 2)
    hook = platform.state.organizations.clear
    platform.server.faults.add(Fault(Kind.CALL, path=f"{ORGANIZATIONS}/{slugs[0]}", hook=hook))
    run = platform.run("org-sync-all", **ALONE)
    assert (run.outcome, run.counts, run.summary["severity"]) == ((0, "done"), {"skipped": 2}, "WARNING")
    assert "every organization was skipped" in run.summary["reason"]


def test_any_other_400_is_a_failure_with_its_text(platform: AdminPlatform) -> None:
    """Only the service's two sentences say that an organization has gone."""
    slugs = add(platform, 2)
    body = {"detail": "Organization has an invalid dataset location", "request_id": "r"}
    platform.server.faults.add(Fault(Kind.RESPOND, path=f"{ORGANIZATIONS}/{slugs[0]}", status=400, body=body))
    run = platform.run("org-sync-all")
    assert (run.outcome, run.counts["failed"], run.counts["synced"]) == ((1, "failed"), 1, 1)
    assert "invalid dataset location" in run.summary["error"]
    # The run's next step is said once, for all of them.
    assert "API service's log" not in run.summary["error"]


def suspend(organizations: dict[str, Organization]) -> None:
    for each in organizations.values():
        each.status = "SUSPENDED"


def test_an_organization_that_fails_for_a_while_is_tried_again(platform: AdminPlatform) -> None:
    """A sync is safe to repeat, even if the first one was done and its answer lost."""
    slugs = add(platform, 2)
    platform.server.faults.add(Fault(Kind.RESET, path=f"{ORGANIZATIONS}/{slugs[0]}", handled=True))
    platform.server.faults.add(Fault(Kind.RESPOND, path=f"{ORGANIZATIONS}/{slugs[1]}", count=2))
    run = platform.run("org-sync-all")
    assert (run.outcome, run.counts["synced"]) == ((0, "done"), 2)


def test_one_that_stays_down_is_named_as_failed(platform: AdminPlatform) -> None:
    """After five attempts; the others are not kept waiting for more."""
    slugs = add(platform, 2)
    platform.server.faults.add(Fault(Kind.RESPOND, path=f"{ORGANIZATIONS}/{slugs[0]}", count=None))
    run = platform.run("org-sync-all")
    assert (run.outcome, run.counts["failed"], run.counts["synced"]) == ((1, "failed"), 1, 1)
    assert "gave up after 5 of 5 attempts" in run.summary["error"]


def test_a_key_that_is_revoked_midway_stops_the_run(platform: AdminPlatform) -> None:
    """No other organization will fare better; what is left is counted."""
    slugs = add(platform, 10)

    def revoke() -> None:
        platform.state.key = f"{ROOT_KEY}-new"

    platform.server.faults.add(Fault(Kind.CALL, method="POST", skip=3, hook=revoke))
    run = platform.run("org-sync-all", **ALONE)
    assert (run.outcome, run.counts["synced"], run.counts["left"]) == ((1, "failed"), 3, 7)
    assert "answered 403: Invalid root API key" in run.summary["error"]
    assert "check CA_ROOT_API_KEY" in run.summary["remedy"]
    assert sum(syncs(platform).values()) == 3
    assert [call for call in platform.calls if call.startswith("POST")] == [
        f"POST /organizations/{slug}/sync" for slug in slugs[:4]
    ]


def test_short_of_time_no_more_are_begun(platform: AdminPlatform) -> None:
    """What is in flight is finished; the summary says how many are left, and the run is worth repeating."""
    slugs = add(platform, 10)

    def pass_time() -> None:
        platform.clock.moment += 3600 - 20

    platform.server.faults.add(Fault(Kind.CALL, method="POST", skip=4, hook=pass_time))
    run = platform.run("org-sync-all", **ALONE)
    assert (run.outcome, run.counts["synced"], run.counts["left"]) == ((75, "incomplete"), 5, 5)
    assert run.summary["error"] == "out of time with 5 organizations left"
    assert syncs(platform) == {slug: int(slug in slugs[:5]) for slug in slugs}


def test_failures_are_named_also_when_time_runs_out(platform: AdminPlatform) -> None:
    """Both are worth knowing."""
    slugs = add(platform, 3)
    platform.state.organizations[slugs[0]].sync_errors = ["no"]

    def pass_time() -> None:
        platform.clock.moment += 3600 - 20

    platform.server.faults.add(Fault(Kind.CALL, method="POST", hook=pass_time))
    run = platform.run("org-sync-all", **ALONE)
    assert run.outcome == (75, "incomplete")
    assert run.summary["error"] == (
        f"out of time with 2 organizations left; 1 of 1 organizations failed: {slugs[0]}: the sync is partial: no"
    )


def test_a_list_that_breaks_off_is_no_short_list(platform: AdminPlatform) -> None:
    """The run is incomplete, and says which call broke it off."""
    add(platform, 120)
    platform.server.faults.add(Fault(Kind.RESPOND, path=ORGANIZATIONS, method="GET", skip=1, count=None))
    run = platform.run("org-sync-all")
    assert run.outcome == (75, "incomplete")
    assert "GET /api/v1/organizations at" in run.summary["error"]
