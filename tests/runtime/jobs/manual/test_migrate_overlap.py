"""Two runs at once, started in any way: every file exactly once, in order, and both end as done."""

from __future__ import annotations

import threading
from pathlib import Path

import pglast
import psycopg
import pytest

from runtime.migration.tracking_table import READ, TrackingTable
from sandbox.supabase import Kind
from sandbox.supabase.databases import OWNER
from tests.runtime.jobs.manual.hooked_clock import HookedClock
from tests.runtime.jobs.manual.project import FIRST, Overtaken, Project
from tests.support.job_run import JobRun

NAMES = [f"{number:02}_a.sql" for number in range(2, 8)]


def test_a_run_that_finds_another_at_work_waits_and_goes_on(project: Project) -> None:
    """The first run's query is held with its lock; the second waits for it, then applies the rest."""
    project.begin()
    project.write(*NAMES)
    mishap = project.supabase.mishaps.add(Kind.HELD, "02_a.sql")
    others: list[JobRun] = []

    def run_another() -> None:
        others.append(project.migrate(clock=HookedClock(3, mishap.release)))

    first = project.migrate(clock=HookedClock(1, run_another))
    assert [result.exit_status for result in (first, *others)] == [0, 0]
    assert (project.runs, project.recorded) == (NAMES, [FIRST, *NAMES])
    assert others[0].counts == {"applied": 5, "already": 2}
    assert first.counts == {"applied": 1, "already": 6}


@pytest.mark.parametrize("request_number", range(1, 7))
def test_a_run_is_overtaken_by_a_whole_other_run_before_any_of_its_requests(
    project: Project, request_number: int
) -> None:
    """What it read at the start is out of date by then: the guard in each request is not."""
    project.begin()
    project.write(*NAMES)
    others: list[JobRun] = []
    result = project.migrate(transport=Overtaken(request_number, lambda: others.append(project.migrate())))
    assert {result.exit_status, *(other.exit_status for other in others)} == {0}
    assert (project.runs, project.recorded) == (NAMES, [FIRST, *NAMES])
    assert sum(result.counts.get("applied", 0) for result in (result, *others)) == len(NAMES)


def test_the_tracking_table_is_read_as_of_one_moment(project: Project) -> None:
    """A file committed meanwhile must not show its tables without its row: the project would look untracked."""
    project.write(FIRST, text="CREATE TABLE public.runs (name text, id serial)")
    conninfo = project.supabase.cluster.conninfo(project.supabase.ref, OWNER)
    begin, path, rows, state = pglast.split(READ)
    with psycopg.connect(conninfo) as reader:
        reader.execute(begin.encode())
        reader.execute(path.encode())
        reader.execute(rows.encode())
        project.migrate()
        [(answer,)] = reader.execute(state.encode()).fetchall()
    tracking_table = TrackingTable({"tracking_table": answer})
    assert (tracking_table.rows, tracking_table.tables, tracking_table.is_untracked) == ({}, (), False)


def test_two_runs_of_a_fresh_project_at_once(project: Project) -> None:
    """From the creation of the tracking table on, without any order between the two."""
    project.write(FIRST, text="CREATE TABLE public.runs (name text, id serial)")
    project.write(*NAMES)
    project.write("08_index.sql", text="-- migrate: no-transaction\nVACUUM public.runs")
    results: list[JobRun] = []
    start = threading.Barrier(2)

    def run() -> None:
        start.wait()
        # Virtual waits are short: however slow the machine, the time must not run out.
        results.append(project.migrate(JOB_TIMEOUT_SECONDS="600000"))

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [result.exit_status for result in results] == [0, 0]
    assert (project.runs, project.recorded) == (NAMES, [FIRST, *NAMES, "08_index.sql"])


def test_other_folders_do_not_mix(project: Project, tmp_path: Path) -> None:
    """Two images with different files: each run applies its own, neither minds the other's rows."""
    project.begin()
    other = tmp_path / "other"
    other.mkdir()
    project.write("02_a.sql")
    Project(project.supabase, other).write("03_b.sql")
    assert project.migrate(MIGRATIONS_DIR=str(other)).counts == {"applied": 1, "gone": 1}
    assert project.migrate().counts == {"applied": 1, "already": 1, "gone": 1}
    assert project.runs == ["03_b.sql", "02_a.sql"]
