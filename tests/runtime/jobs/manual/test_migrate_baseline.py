"""--baseline records what a project already has, runs nothing, and overwrites nothing."""

from __future__ import annotations

import pytest

from sandbox.faults import Fault
from sandbox.faults import Kind as Broken
from sandbox.supabase import Kind
from tests.runtime.jobs.manual.project import FIRST, Project

RUNS = "CREATE TABLE public.runs (name text, id serial); ALTER TABLE public.runs OWNER TO postgres"


@pytest.fixture
def untracked(project: Project) -> Project:
    """A project that was migrated by hand: tables, no tracking table."""
    project.supabase.select(RUNS)
    project.write(FIRST, "02_a.sql", "03_a.sql")
    return project


def test_every_file_is_recorded_in_one_request_and_none_is_run(untracked: Project) -> None:
    """Afterwards a run applies only what is new."""
    result = untracked.migrate("--baseline")
    assert (result.exit_status, result.summary["counts"]) == (0, {"recorded": 3})
    assert (len(untracked.queries), untracked.changes) == (2, ["bookkeeping"])
    assert (untracked.runs, untracked.recorded) == ([], [FIRST, "02_a.sql", "03_a.sql"])
    untracked.write("04_a.sql")
    assert untracked.migrate().counts == {"applied": 1, "already": 3}
    assert untracked.runs == ["04_a.sql"]


def test_a_second_baseline_changes_nothing(untracked: Project) -> None:
    """NFR-SJ-001.1."""
    untracked.migrate("--baseline")
    untracked.forget()
    result = untracked.migrate("--baseline")
    assert (result.exit_status, result.summary["counts"], untracked.changes) == (0, {"recorded": 0}, [])


@pytest.mark.parametrize("change", ["new file", "edited file"])
def test_a_ledger_that_says_something_else_is_left_alone(untracked: Project, change: str) -> None:
    """A baseline over a tracked project would mark pending files as applied."""
    untracked.migrate("--baseline")
    untracked.write("04_a.sql" if change == "new file" else "03_a.sql", text="-- other")
    untracked.forget()
    result = untracked.migrate("--baseline")
    assert (result.exit_status, untracked.changes) == (1, [])
    assert "3 row(s) already" in result.summary["error"]


def test_an_empty_project_has_nothing_to_record(project: Project) -> None:
    """Its migrations would never run."""
    project.write(FIRST)
    result = project.migrate("--baseline")
    assert (result.exit_status, project.changes) == (1, [])
    assert "the project has no tables" in result.summary["error"]


@pytest.mark.parametrize("handled", [True, False])
def test_a_baseline_whose_answer_is_lost_recovers(untracked: Project, handled: bool) -> None:
    """Sent twice it takes effect once: the second is refused, and what the tracking table says decides."""
    untracked.supabase.faults.add(Fault(Broken.RESET, skip=1, handled=handled))
    assert untracked.migrate("--baseline").exit_status == 0
    assert untracked.changes == ["bookkeeping"] * 2
    assert untracked.recorded == [FIRST, "02_a.sql", "03_a.sql"]


def test_a_baseline_that_is_delivered_twice_is_done(untracked: Project) -> None:
    """The second is refused, since the table is no longer empty; it is empty of anything else, too."""
    untracked.supabase.mishaps.add(Kind.TWICE, "bookkeeping")
    assert untracked.migrate("--baseline").exit_status == 0
    assert untracked.recorded == [FIRST, "02_a.sql", "03_a.sql"]


def test_a_baseline_does_not_overtake_a_run(untracked: Project) -> None:
    """Rows that another runner wrote between the reading and the request make it refuse, not mix."""
    columns = (
        "(id serial PRIMARY KEY, filename varchar(255) UNIQUE, checksum text, execution_time_ms int, applied_by text)"
    )

    def overtake() -> None:
        untracked.supabase.select(
            f"CREATE TABLE public.schema_migrations {columns}; ALTER TABLE public.schema_migrations OWNER TO postgres; "
            "INSERT INTO public.schema_migrations (filename) VALUES ('02_a.sql')"
        )

    untracked.supabase.faults.add(Fault(Broken.CALL, skip=1, hook=overtake))
    result = untracked.migrate("--baseline")
    assert (result.exit_status, untracked.recorded) == (1, ["02_a.sql"])
