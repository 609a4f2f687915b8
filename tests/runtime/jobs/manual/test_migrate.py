"""FR-SJ-002.1, FR-SJ-005.4: pending migrations are applied once, in order, through the Management API."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from runtime.config.catalog import ROOT
from runtime.migration.files import hash_files, read_folder
from runtime.migration.tracking_table import READ
from tests.runtime.jobs.manual.project import FIRST, Project


def test_files_are_applied_in_the_order_of_their_names_bytes(project: Project) -> None:
    """10 comes after 02a, 02 before 02a, upper case before lower case, in any locale."""
    project.begin()
    names = ["02_b.sql", "02_B.sql", "02a_a.sql", "10_a.sql", "03_a.sql"]
    project.write(*names)
    result = project.migrate()
    assert (result.exit_status, result.summary["status"]) == (0, "done")
    assert project.runs == ["02_B.sql", "02_b.sql", "02a_a.sql", "03_a.sql", "10_a.sql"]
    assert project.recorded == [FIRST, *project.runs]
    assert result.counts == {"applied": 5, "already": 1}


def test_a_second_run_applies_nothing(project: Project) -> None:
    """NFR-SJ-001.1: safe to run again; one request says that there is nothing to do."""
    project.begin()
    project.write("02_a.sql")
    project.migrate()
    project.forget()
    result = project.migrate()
    assert (result.exit_status, result.counts) == (0, {"already": 2})
    assert project.queries == [READ]
    assert project.runs == ["02_a.sql"]


def test_a_run_takes_one_request_and_one_for_each_pending_file(project: Project) -> None:
    """For any number of applied files: the API allows only 120 requests a minute."""
    project.begin()
    project.write("02_a.sql", "03_a.sql", "04_a.sql")
    project.migrate()
    assert (len(project.queries), project.changes) == (4, ["02_a.sql", "03_a.sql", "04_a.sql"])


def test_the_number_of_applied_files_adds_no_request(project: Project) -> None:
    """20,000 rows with long names fit into one answer, which the client takes up to 8 MiB."""
    project.begin()
    project.supabase.select(
        "INSERT INTO public.schema_migrations (filename, checksum) "
        "SELECT n || '_' || repeat('x', 200) || '.sql', repeat('c', 64) FROM generate_series(10000, 29999) n"
    )
    project.write("02_a.sql")
    assert project.migrate().counts == {"applied": 1, "already": 1, "gone": 20_000}
    assert len(project.queries) == 2


def test_the_very_first_run_takes_one_request_more(project: Project) -> None:
    """It creates the tracking table."""
    project.write(FIRST, text="CREATE TABLE public.runs (name text, id serial)")
    project.write("02_a.sql")
    project.migrate()
    assert (len(project.queries), project.changes) == (4, ["bookkeeping", FIRST, "02_a.sql"])


def test_a_row_says_what_was_applied_when_and_by_whom(project: Project) -> None:
    """The columns that earlier runners filled are filled."""
    project.write(FIRST, text="CREATE TABLE public.runs (name text, id serial); SELECT pg_sleep(0.02)")
    project.migrate(CLOUD_RUN_EXECUTION="migrate-x7")
    columns = (
        "filename, checksum, applied_by, execution_time_ms BETWEEN 20 AND 60000, applied_at > now() - '1h'::interval"
    )
    [row] = project.supabase.select(f"SELECT {columns} FROM public.schema_migrations")
    assert row == (FIRST, read_folder(str(project.folder))[0].checksum, "migrate-x7", True, True)


def test_the_example_migrations_apply(project: Project) -> None:
    """Those of the image, on an empty project."""
    examples = dataclasses.replace(project, folder=Path(ROOT) / "migrations")
    result = examples.migrate()
    assert (result.exit_status, result.counts) == (0, {"applied": len(list(examples.folder.glob("*.sql")))})
    assert examples.migrate("--status").summary["status"] == "done"


def test_the_status_names_every_file_and_sends_only_the_read(project: Project) -> None:
    """--status: applied, pending, drifted, renamed, gone."""
    project.begin()
    project.write("02_kept.sql", "03_edited.sql", "04_renamed.sql", "05_gone.sql")
    project.migrate()
    project.forget()
    project.write("03_edited.sql", text="-- edited")
    project.folder.joinpath("04_renamed.sql").rename(project.folder / "07_renamed.sql")
    project.folder.joinpath("05_gone.sql").unlink()
    project.write("06_pending.sql")
    result = project.migrate("--status")
    assert (result.exit_status, result.summary["status"]) == (0, "pending")
    assert {line["file"]: line["state"] for line in result.log.events("migration")} == {
        FIRST: "applied",
        "02_kept.sql": "applied",
        "03_edited.sql": "drifted",
        "05_gone.sql": "gone",
        "06_pending.sql": "pending",
        "07_renamed.sql": "renamed",
    }
    assert result.counts == {"applied": 2, "pending": 1, "drifted": 1, "renamed": 1, "gone": 1}
    assert project.queries == [READ]


@pytest.mark.parametrize("option", ["--status", "--dry-run"])
def test_a_report_of_nothing_to_do_is_done(project: Project, option: str) -> None:
    """bin/release goes on only then."""
    project.begin()
    result = project.migrate(option)
    assert (result.exit_status, result.summary["status"]) == (0, "done")


def test_a_dry_run_lists_what_would_be_applied_and_applies_nothing(project: Project) -> None:
    """--dry-run: every check, no change."""
    project.begin()
    project.write("02_a.sql")
    result = project.migrate("--dry-run")
    assert (result.exit_status, result.summary["status"], result.counts) == (0, "pending", {"applied": 1, "pending": 1})
    assert (project.queries, project.runs) == ([READ], [])


@pytest.mark.parametrize("option", [(), ("--status",), ("--dry-run",)])
def test_the_summary_carries_the_hash_of_the_folder(project: Project, option: tuple[str, ...]) -> None:
    """bin/release compares it with the checkout's: a forgotten build must not end in `0 pending`."""
    project.begin()
    expected = hash_files(read_folder(str(project.folder)))
    assert project.migrate(*option).summary["migrations_hash"] == expected


def test_drift_is_reported_and_nothing_is_applied_again(project: Project) -> None:
    """Some files drop customers' tables when they run again. A run with drift is done, with a warning."""
    project.begin()
    project.write("02_a.sql")
    project.migrate()
    project.write("02_a.sql", text="INSERT INTO public.runs VALUES ('edited')")
    result = project.migrate()
    assert (result.exit_status, result.summary["status"], result.summary["severity"]) == (0, "done", "WARNING")
    assert result.counts == {"already": 1, "drifted": 1}
    assert "02_a.sql" in result.summary["reason"]
    assert project.runs == ["02_a.sql"]
    assert project.migrate("--status").summary["status"] == "drifted"


def test_a_renamed_file_is_applied_and_gets_a_row_of_its_own(project: Project) -> None:
    """Without the row it would run again as soon as somebody edits it."""
    project.begin()
    project.write("02_a.sql")
    project.migrate()
    project.folder.joinpath("02_a.sql").rename(project.folder / "03_a.sql")
    result = project.migrate()
    assert (result.exit_status, result.counts) == (0, {"already": 1, "renamed": 1})
    project.write("03_a.sql", text="INSERT INTO public.runs VALUES ('edited')")
    result = project.migrate()
    assert result.counts == {"already": 1, "drifted": 1, "gone": 1}
    assert project.runs == ["02_a.sql"]
    [row] = project.supabase.select("SELECT applied_by FROM public.schema_migrations WHERE filename = '03_a.sql'")
    assert row == ("renamed from 02_a.sql",)


def test_an_error_stops_the_run_and_keeps_what_was_applied_before(project: Project) -> None:
    """The message names file, line, SQLSTATE and PostgreSQL's text."""
    project.begin()
    project.write("02_a.sql", "04_a.sql")
    project.write("03_bad.sql", text="INSERT INTO public.runs VALUES ('03');\n\n-- here:\nSELECT * FROM nowhere;\n")
    result = project.migrate()
    assert (result.exit_status, result.summary["status"]) == (1, "failed")
    assert result.summary["error"] == (
        '03_bad.sql:4:15 failed and is not applied: SQLSTATE 42P01: relation "nowhere" does not exist'
    )
    assert result.counts == {"applied": 1, "already": 1, "pending": 2}
    assert (project.runs, project.recorded) == (["02_a.sql"], [FIRST, "02_a.sql"])
