"""SIGTERM at any request of migrate: the run says so, and the next one applies each file exactly once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.faults import Fault, Kind
from sandbox.postgres import Cluster
from sandbox.supabase import Supabase
from tests.runtime.jobs.manual.project import FIRST, Project
from tests.support.databases import cluster
from tests.support.job_process import JobProcess
from tests.support.virtual_clock import VirtualClock

__all__ = ["cluster"]

INDEX = "-- migrate: no-transaction\nCREATE INDEX CONCURRENTLY IF NOT EXISTS runs_name ON public.runs (name)"
# The read, the tracking table, 01, 02, 03 (its read, its statement, its row), 04.
REQUESTS = range(8)
# Files that were applied before it; none is counted before the first two.
APPLIED = {2: 0, 3: 1, 4: 2, 5: 2, 6: 2, 7: 3}


@pytest.fixture
def project(cluster: Cluster, tmp_path: Path) -> Iterator[Project]:
    """Empty, with four files, one of which goes alone."""
    clock = VirtualClock()
    with Supabase(cluster, clock=clock.monotonic) as supabase:
        made = Project(supabase, tmp_path, clock)
        made.write(FIRST, text="CREATE TABLE public.runs (name text, id serial)")
        made.write("02_a.sql", "04_a.sql")
        made.write("03_index.sql", text=INDEX)
        yield made
    for ref in supabase.projects:
        cluster.drop_database(ref)


@pytest.mark.parametrize("handled", [False, True], ids=["not handled", "handled"])
@pytest.mark.parametrize("number", REQUESTS)
def test_a_second_run_completes_what_sigterm_ended(project: Project, number: int, handled: bool) -> None:
    """FR-SJ-002.1: applied exactly once and recorded, whether or not the statement had been committed."""
    with JobProcess("migrate", **project.variables) as process:
        hung = project.supabase.faults.add(Fault(Kind.HANG, skip=number, handled=handled))
        hung.wait()
        process.terminate()
        ending = process.finish()
        hung.drop()
    assert (ending.exit_status, ending.summary["status"]) == (143, "terminated")
    assert ending.summary["counts"].get("applied") == APPLIED.get(number)
    assert (project.migrate().summary["status"], project.runs) == ("done", ["02_a.sql", "04_a.sql"])
    assert project.recorded == [FIRST, "02_a.sql", "03_index.sql", "04_a.sql"]
