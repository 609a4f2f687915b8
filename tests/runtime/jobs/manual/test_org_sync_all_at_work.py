"""org-sync-all at work: shards, concurrency, progress, and organizations of odd names."""

from __future__ import annotations

import pytest

from sandbox.faults import Fault, Kind
from tests.support.admin_platform import AdminPlatform

ODD = ("../x", "a/b", "a?b#c", "ünï cödé", "..", ".", "100%", "a\\b", "", "<b>&'\"")
# The service's router does not take a slash within a segment, encoded or not, nor an empty one.
UNREACHABLE = ("../x", "a/b", "")


@pytest.mark.parametrize("count", [1, 2, 3, 8])
def test_tasks_share_the_organizations(platform: AdminPlatform, count: int) -> None:
    """Each is synced by one task, no matter which runs first or alone; each task counts its own."""
    platform.state.add_organizations(*(f"org_{number}" for number in range(40)))
    variables = {"CLOUD_RUN_TASK_COUNT": str(count)}
    runs = [platform.run("org-sync-all", **variables, CLOUD_RUN_TASK_INDEX=str(index)) for index in range(count)]
    assert [run.outcome for run in runs] == [(0, "done")] * count
    assert sum(run.counts["synced"] for run in runs) == 40
    assert {each.syncs for each in platform.state.organizations.values()} == {1}


def test_maintenance_ends_the_run_at_once(platform: AdminPlatform) -> None:
    """The service says when it is back, later than the run may wait: no other organization is tried in vain."""
    platform.state.add_organizations(*(f"org_{number:03}" for number in range(120)))
    platform.server.faults.add(
        Fault(
            Kind.RESPOND,
            method="POST",
            skip=5,
            count=None,
            status=503,
            headers={"Retry-After": "3600", "X-Maintenance-Mode": "true"},
            body={"error": "MAINTENANCE", "message": "back in an hour", "retry_after": 3600},
        )
    )
    run = platform.run("org-sync-all", ORG_SYNC_CONCURRENCY="1")
    assert (75, "incomplete") == run.outcome
    assert {"synced": 5, "tables_created": 20, "left": 115} == run.counts
    assert "back in an hour" in run.summary["error"]
    assert 6 == len([call for call in platform.calls if call.startswith("POST")])


def test_a_shard_knows_only_about_how_many_are_left(platform: AdminPlatform) -> None:
    """The service counts all organizations; a shard's share of them is an estimate, and says so."""
    platform.state.add_organizations(*(f"org_{number}" for number in range(40)))
    clock = platform.clock

    def pass_time() -> None:
        clock.moment += 3600 - 20

    platform.server.faults.add(Fault(Kind.CALL, method="POST", hook=pass_time))
    run = platform.run("org-sync-all", CLOUD_RUN_TASK_COUNT="2", ORG_SYNC_CONCURRENCY="1")
    assert run.outcome == (75, "incomplete")
    assert run.summary["error"] == f"out of time with about {run.counts['left']} organizations left"
    assert 19 <= run.counts["left"] <= 39


def test_as_many_as_asked_for_are_in_flight_and_no_more(platform: AdminPlatform) -> None:
    """Which connections they go on is for tests/runtime/net/test_transport.py: a slow answer ends its own."""
    platform.state.add_organizations(*(f"org_{number}" for number in range(20)))
    hangs = [platform.server.faults.add(Fault(Kind.HANG, method="POST")) for _ in range(3)]
    with platform.start("org-sync-all", ORG_SYNC_CONCURRENCY="3") as process:
        for hang in hangs:
            hang.wait()
        for hang in hangs:
            hang.release()
        ending = process.finish()
    assert (ending.exit_status, ending.summary["counts"]["synced"]) == (0, 20)
    assert platform.server.traffic.peak_in_flight == 3


def test_overload_costs_no_organization(platform: AdminPlatform) -> None:
    """Six are turned away once each, in any thread; each is tried again, and all get done."""
    platform.state.add_organizations(*(f"org_{number:02}" for number in range(20)))
    for number in range(6):
        path = f"/api/v1/organizations/org_{number:02}/sync"
        platform.server.faults.add(Fault(Kind.RESPOND, method="POST", path=path))
    run = platform.run("org-sync-all")
    assert (run.outcome, run.counts["synced"]) == ((0, "done"), 20)
    assert len(list(run.log.events("retry"))) == 6


def test_progress_is_logged_every_ten_seconds(platform: AdminPlatform) -> None:
    """With done, failed, left, rate and time left; the rate is unknown before the first is done."""
    platform.state.add_organizations("c", "b", "a")
    platform.state.organizations["b"].sync_errors = ["no"]
    first, third = (
        platform.server.faults.add(Fault(Kind.HANG, path=f"/api/v1/organizations/{slug}/sync")) for slug in "ac"
    )

    def go_on() -> None:
        first.release()
        third.wait()

    platform.clock.meanwhile = [first.wait, go_on, third.release]
    run = platform.run("org-sync-all", ORG_SYNC_CONCURRENCY="1")
    names = ("done", "failed", "left", "rate_per_second")
    progress = [tuple(line[name] for name in names) for line in run.log.events("progress")]
    assert progress[:2] == [(0, 0, 3, 0.0), (1, 1, 1, 0.1)]
    assert (run.counts["synced"], run.counts["failed"]) == (2, 1)


def test_odd_names_stay_in_their_place(platform: AdminPlatform) -> None:
    """Each is one segment of the sync's path, or fails by name; nothing else is ever called."""
    platform.state.add_organizations(*ODD)
    run = platform.run("org-sync-all")
    assert (run.outcome, run.counts["failed"], run.counts["synced"]) == ((1, "failed"), 3, len(ODD) - 3)
    assert sorted(line["org_slug"] for line in run.log.events("organization_failed")) == sorted(UNREACHABLE)
    assert {slug for slug, each in platform.state.organizations.items() if not each.syncs} == set(UNREACHABLE)
    posted = [call for call in platform.calls if call.startswith("POST")]
    assert sorted(posted) == sorted(f"POST /organizations/{slug}/sync" for slug in ODD if slug)
    assert "the service lists an organization without a slug" in run.summary["error"]


def test_one_organization(platform: AdminPlatform) -> None:
    """The others are neither listed nor synced."""
    platform.state.add_organizations("org_a", "org_b")
    run = platform.run("org-sync-all", "--org", "org_b")
    assert (run.outcome, run.counts) == ((0, "done"), {"synced": 1, "tables_created": 4})
    assert platform.calls[1:] == ["POST /organizations/org_b/sync"]


@pytest.mark.parametrize("slug", ["org_x", "org_b"])
def test_one_organization_that_is_not_there(platform: AdminPlatform, slug: str) -> None:
    """Somebody named it: that it is unknown or suspended is no skip, it is a mistake."""
    platform.state.add_organizations("org_b")
    platform.state.organizations["org_b"].status = "SUSPENDED"
    run = platform.run("org-sync-all", "--org", slug)
    assert (run.outcome, run.summary["remedy"]) == ((1, "failed"), "check the slug")
    assert run.summary["error"] == f"organization {slug!r} does not exist or is not active"


def test_one_organization_that_fails(platform: AdminPlatform) -> None:
    """PARTIAL, with its errors."""
    platform.state.add_organizations("org_a")
    platform.state.organizations["org_a"].sync_errors = ["no", "nor this"]
    run = platform.run("org-sync-all", "--org=org_a")
    assert (run.outcome, run.counts) == ((1, "failed"), {"failed": 1})
    assert run.summary["error"] == "org_a: the sync is partial: no; nor this"
    assert run.summary["remedy"] == "fix them, then run it again"
