"""Migrations that once came out wrong, each against a real PostgreSQL: the inputs lie in cases/."""

from __future__ import annotations

import shutil
from hashlib import sha256
from pathlib import Path

import pytest

from sandbox.supabase import Kind
from tests.runtime.jobs.manual.project import Project
from tests.support.job_run import JobRun

CASES = Path(__file__).parent / "cases"
TABLE = "public.schema_migrations"


def copy(project: Project, case: str, *names: str) -> None:
    """The case's files, or those of these names."""
    for path in sorted((CASES / case).iterdir()):
        if not names or path.name in names:
            shutil.copyfile(path, project.folder / path.name)


def play(project: Project, case: str) -> JobRun:
    """A run over all files of the case."""
    copy(project, case)
    return project.migrate()


@pytest.mark.parametrize("case", ["grant-on-all-tables", "open-policies"])
def test_no_public_role_can_remove_a_row(project: Project, case: str) -> None:
    """Else the next run applies 01 again, which drops a table with its rows."""
    assert play(project, case).exit_status == 0
    assert project.supabase.select(
        "SELECT bool_or(has_table_privilege(r, 'public.schema_migrations', p)) "
        "FROM unnest(ARRAY['anon', 'authenticated']) r, unnest(ARRAY['SELECT', 'DELETE', 'TRUNCATE']) p"
    ) == [(False,)]


def test_a_statement_timeout_is_the_files_fault(project: Project) -> None:
    """Sent once, its row read once."""
    result = play(project, "statement-timeout")
    assert (result.exit_status, project.changes) == (1, ["bookkeeping", "01_slow.sql"])
    assert ", probably line 2: SELECT pg_sleep(1), " in result.summary["error"]


def test_a_slow_file_that_fails_is_sent_once_more(project: Project) -> None:
    """The gateway's time-out passes on the test's clock."""
    for _ in range(2):
        project.supabase.mishaps.add(Kind.UNHEARD, "01_slow.sql */")
    copy(project, "slow-then-error")
    slow = project.folder / "01_slow.sql"
    slow.write_text(slow.read_text().replace("pg_sleep(70)", "pg_sleep(0)"))
    result = project.migrate()
    assert (result.exit_status, project.changes) == (1, ["bookkeeping", *["01_slow.sql"] * 2])
    assert "after 55 s the gateway gave up waiting" in result.summary["error"]


def test_without_a_position_the_one_statement_that_can_be_meant_is_shown(project: Project) -> None:
    """With its line; probably, since PostgreSQL does not say so."""
    result = play(project, "no-position")
    assert result.summary["error"] == (
        "01_t.sql, probably line 4: ALTER TABLE public.t ADD CONSTRAINT t_k UNIQUE (k), failed and is not applied: "
        'SQLSTATE 42703: column "k" named in key does not exist'
    )
    assert result.summary["failure"]["statements"] == ["line 4: ALTER TABLE public.t ADD CONSTRAINT t_k UNIQUE (k)"]


def test_with_a_position_the_line_and_the_caret_are_shown(project: Project) -> None:
    """As psql shows them."""
    failure = play(project, "position").summary["failure"]
    assert (failure["file"], failure["line"], failure["column"]) == ("01_t.sql", 4, 11)
    assert (failure["source"], failure["caret"]) == ("SELECT i, nope", "          ^")


def test_the_text_of_a_raise_is_shown_whole_and_is_no_position(project: Project) -> None:
    """The place is the statement's."""
    result = play(project, "raise-with-line")
    assert result.summary["failure"]["message"] == "first\nLINE 40: second"
    assert result.summary["error"].startswith("01_do.sql, probably line 2: DO $$ BEGIN RAISE EXCEPTION E'first")
    assert "SQLSTATE P0001: first LINE 40: second" in result.summary["error"]


def test_the_loss_of_the_tracking_table_is_no_line_of_the_file(project: Project) -> None:
    """Nothing of the file was kept, and the message says so."""
    result = play(project, "drops-tracking-table")
    assert (result.exit_status, project.recorded) == (1, [])
    assert result.summary["error"] == (
        f"01_reset.sql is not applied: after it the tracking table {TABLE} would be unusable: "
        f'relation "{TABLE}" does not exist (SQLSTATE 42P01)'
    )
    assert "nothing of the file was kept" in result.summary["remedy"]


def test_carriage_returns_end_lines(project: Project) -> None:
    """As in PostgreSQL and in editors."""
    failure = play(project, "cr-line-ends").summary["failure"]
    assert (failure["line"], failure["column"], failure["source"]) == (3, 8, "SELECT nope;")


def test_what_comes_too_late_is_refused_by_name_and_line(project: Project) -> None:
    """Before anything is sent."""
    result = play(project, "set-transaction")
    assert (result.exit_status, project.changes) == (1, [])
    assert "01_iso.sql:1: SET TRANSACTION ISOLATION LEVEL comes too late" in result.summary["error"]


def test_a_late_file_is_applied_with_a_warning(project: Project) -> None:
    """Branches are merged in any order; --dry-run and --status show it too."""
    copy(project, "out-of-order", "01_a.sql", "05_e.sql")
    project.migrate()
    copy(project, "out-of-order")
    results = [project.migrate(*option) for option in (["--status"], ["--dry-run"], [])]
    assert [result.exit_status for result in results] == [0, 0, 0]
    for result in results:
        [late] = result.log.events("late")
        expected = "1 file(s) come after files that sort behind them: 03_new_later.sql (after 05_e.sql)"
        assert (late["severity"], late["reason"], result.summary["reason"]) == ("WARNING", expected, expected)
    assert results[-1].counts == {"applied": 1, "already": 2}


def test_numbers_of_different_width_are_refused_if_they_change_the_order(project: Project) -> None:
    """10_ sorts before 9_, which it needs."""
    copy(project, "widths")
    report = project.migrate("--status")
    [widths] = report.log.events("widths")
    assert report.exit_status == 0
    assert widths["reason"].endswith(": 9_i.sql, 10_j.sql")
    for option in (["--dry-run"], []):
        result = project.migrate(*option)
        assert (result.exit_status, project.changes) == (1, [])
        assert "9_i.sql:1: it would run after 10_j.sql, whose number is higher" in result.summary["error"]


def test_numbers_of_different_width_are_only_warned_of_otherwise(project: Project) -> None:
    """The order was right when they were applied."""
    copy(project, "widths", "9_i.sql")
    project.migrate()
    copy(project, "widths")
    result = project.migrate()
    assert (result.exit_status, result.counts) == (0, {"applied": 1, "already": 1})
    assert len(result.log.events("widths")) == 1


@pytest.mark.parametrize("digits", [64, 16])
@pytest.mark.parametrize("ends", [("\n", "\r\n"), ("\r\n", "\n")])
def test_a_checkout_with_other_line_ends_neither_drifts_nor_runs_again(
    project: Project, ends: tuple[str, str], digits: int
) -> None:
    """Recorded checksums of either kind stay valid, whole or by their first digits; also under another name."""
    before, after = ends
    text = (CASES / "crlf-checkout" / "01_a.sql").read_text()
    path = project.folder / "01_a.sql"
    path.write_bytes(text.replace("\n", before).encode())
    project.migrate()
    recorded = sha256(path.read_bytes()).hexdigest()[:digits]
    project.supabase.select(f"UPDATE {TABLE} SET checksum = '{recorded}'")
    path.write_bytes(text.replace("\n", after).encode())
    assert project.migrate("--status").counts == {"applied": 1}
    path.rename(project.folder / "02_b.sql")
    result = project.migrate()
    assert (result.exit_status, result.counts) == (0, {"renamed": 1})


def test_a_statement_that_can_be_no_migration_has_a_remedy_that_works(project: Project) -> None:
    """Here: without CONCURRENTLY."""
    copy(project, "detach-concurrently")
    result = project.migrate()
    assert (result.exit_status, project.changes) == (1, [])
    assert (
        "02_detach.sql:1: ALTER TABLE public.p DETACH cannot run in a transaction, write it without CONCURRENTLY"
        in (result.summary["error"])
    )
    path = project.folder / "02_detach.sql"
    path.write_text(path.read_text().replace(" CONCURRENTLY", ""))
    assert project.migrate().counts == {"applied": 2}
