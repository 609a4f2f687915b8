"""Ended by a signal at any request, before or after the service has acted, a job leaves nothing that a re-run misses.

The same for SIGKILL at migrate's requests: tests/runtime/jobs/manual/test_migrate_crashes.py.
"""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator

import pytest

from sandbox.admin_api.meta_tables import META_TABLES
from sandbox.faults import Fault, Kind
from sandbox.http_server import HttpServer
from tests.support.admin_platform import AdminPlatform, serve_platform
from tests.support.job_process import JobProcess

# What the platform is before, and how many requests the job needs with it.
CASES = {
    "bootstrap of an empty project": 3,
    "bootstrap of one that lacks tables": 3,
    "org-sync-all": 6,
}
BOUNDARIES = [(case, number) for case, count in CASES.items() for number in range(count)]


@pytest.fixture
def platform() -> Iterator[AdminPlatform]:
    with serve_platform() as running:
        yield running


def prepare(platform: AdminPlatform, case: str) -> tuple[str, Callable[[], object]]:
    """The job, and what has to be true once it is done."""
    meta, organizations = platform.state.meta, platform.state.organizations
    if case == "org-sync-all":
        platform.state.add_organizations(*(f"org_{number}" for number in range(4)))
        return "org-sync-all", lambda: [each.slug for each in organizations.values() if not each.synced] == []
    if case == "bootstrap of an empty project":
        meta.tables = None
    else:
        assert meta.tables is not None
        del meta.tables[META_TABLES[3]]
        meta.tables[META_TABLES[4]].clear()
        meta.tables["of_somebody_else"] = {"a"}
    return "bootstrap", lambda: (meta.missing_tables(), meta.schema_diffs()) == ([], {})


def interrupt(server: HttpServer, process: JobProcess, number: int, *, handled: bool, kill: bool) -> None:
    """Sends the signal while the request of that number, from 0, is at the service; its answer never comes."""
    hung = server.faults.add(Fault(Kind.HANG, skip=number, handled=handled))
    hung.wait()
    process.kill() if kill else process.terminate()
    ending = process.finish()
    hung.drop()
    if kill:
        assert (ending.exit_status, ending.errors) == (-signal.SIGKILL, "")
        return
    assert (ending.exit_status, ending.summary["status"], ending.summary["exit_status"]) == (143, "terminated", 143)


@pytest.mark.parametrize("kill", [False, True], ids=["SIGTERM", "SIGKILL"])
@pytest.mark.parametrize("handled", [False, True], ids=["not handled", "handled"])
@pytest.mark.parametrize(("case", "number"), BOUNDARIES)
def test_a_second_run_completes_what_a_signal_ended(
    platform: AdminPlatform, case: str, number: int, handled: bool, kill: bool
) -> None:
    """NFR-SJ-001.1: no table lost, no organization forgotten, no force flag."""
    job, is_complete = prepare(platform, case)
    before = set(platform.state.meta.tables or {})
    with platform.start(job, ORG_SYNC_CONCURRENCY="1") as process:
        interrupt(platform.server, process, number, handled=handled, kill=kill)
    assert before <= set(platform.state.meta.tables or {})
    second = platform.run(job)
    assert (second.outcome, is_complete()) == ((0, "done"), True)
    assert before <= set(platform.state.meta.tables or {})
