"""What is refused, and that nothing was sent before it was."""

from __future__ import annotations

from pathlib import Path

import pytest

from runtime.migration.tracking_table import READ
from sandbox.faults import Fault
from sandbox.faults import Kind as Broken
from sandbox.supabase import STRANGER_TOKEN
from tests.runtime.jobs.manual.project import FIRST, Project

CUSTOMERS = "CREATE TABLE public.customers (id int)"
EMPTY = "CREATE TABLE public.schema_migrations (id serial PRIMARY KEY, filename varchar(255) UNIQUE, checksum text)"


def test_all_problems_of_all_pending_files_are_listed_before_anything_is_sent(project: Project) -> None:
    """Each with file and line; a good file in front of them is not sent either."""
    project.begin()
    project.write("02_good.sql")
    project.write("03_commits.sql", text="SELECT 1;\nCOMMIT;\n\\copy runs from 'x'\n")
    project.write("04_twin.sql", text="SELECT 1;\nCOMMIT;\n\\copy runs from 'x'\n")
    project.folder.joinpath("05_bom.sql").write_bytes(b"\xef\xbb\xbfSELECT 1")
    project.write("06_huge.sql", text="SELECT '" + "x" * 1_000_000 + "'")
    project.write("07_create.sql", text="-- migrate: no-transaction\nCREATE DATABASE other")
    result = project.migrate()
    assert (result.exit_status, result.summary["status"]) == (1, "failed")
    found = {(line["file"], line["line"]) for line in result.log.events("problem")}
    assert found == {
        ("03_commits.sql", 2),
        ("03_commits.sql", 3),
        ("04_twin.sql", 1),
        ("04_twin.sql", 2),
        ("04_twin.sql", 3),
        ("05_bom.sql", 1),
        ("06_huge.sql", 1),
        ("07_create.sql", 2),
    }
    assert all(f"{file}:{line}: " in result.summary["error"] for file, line in found)
    assert (project.queries, project.runs) == ([READ], [])


def test_a_dry_run_finds_the_same_problems(project: Project) -> None:
    """It is the check before a release."""
    project.begin()
    project.write("02_a.sql", text="BEGIN; SELECT 1")
    assert project.migrate("--dry-run").exit_status == 1


def test_applied_files_are_not_checked(project: Project) -> None:
    """What was applied by an earlier runner may hold what this one would refuse."""
    project.begin()
    project.write("02_a.sql", text="COMMIT")
    project.supabase.select("INSERT INTO public.schema_migrations (filename) VALUES ('02_a.sql')")
    assert project.migrate().exit_status == 0


@pytest.mark.parametrize(("tables", "state"), [(CUSTOMERS, "does not exist"), (f"{CUSTOMERS}; {EMPTY}", "is empty")])
def test_a_project_with_tables_but_without_tracking_is_refused(project: Project, tables: str, state: str) -> None:
    """Running the files there would run them a second time."""
    project.supabase.select(tables)
    project.write("02_a.sql")
    result = project.migrate()
    assert (result.exit_status, project.queries) == (1, [READ])
    assert result.summary["error"] == (
        f"the tracking table public.schema_migrations {state}, but the project has tables (public.customers)"
    )
    assert "--baseline" in result.summary["remedy"]
    report = project.migrate("--status")
    assert (report.exit_status, report.summary["status"]) == (0, "pending")
    assert "--baseline" in report.summary["reason"]


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE auth.more (id int); ALTER TABLE auth.more OWNER TO supabase_admin",
        "CREATE SCHEMA supabase_migrations; CREATE TABLE supabase_migrations.schema_migrations (version text); "
        "ALTER TABLE supabase_migrations.schema_migrations OWNER TO postgres",
        "CREATE EXTENSION citext; CREATE TABLE public.part (id int); ALTER EXTENSION citext ADD TABLE public.part",
        "CREATE VIEW public.v AS SELECT 1",
    ],
)
def test_tables_that_are_not_the_projects_own_do_not_count(project: Project, statement: str) -> None:
    """Supabase's schemas have tables from the start, and so may extensions."""
    project.supabase.select(statement)
    project.begin()
    assert project.recorded == [FIRST]


def test_a_schema_of_the_projects_own_counts(project: Project) -> None:
    """Tables need not be in public."""
    project.supabase.select("CREATE SCHEMA app; CREATE TABLE app.t (id int); ALTER TABLE app.t OWNER TO postgres")
    project.write("02_a.sql")
    assert "(app.t)" in project.migrate().summary["error"]


def test_a_table_of_another_shape_is_named(project: Project) -> None:
    """Other frameworks call theirs schema_migrations as well."""
    project.supabase.select(
        "CREATE TABLE public.schema_migrations (version text); GRANT ALL ON schema_migrations TO postgres"
    )
    project.write("02_a.sql")
    result = project.migrate()
    assert result.exit_status == 1
    assert "the tracking table public.schema_migrations cannot be read: SQLSTATE 42703" in result.summary["error"]


def test_a_database_that_reads_backslashes_as_escapes_is_refused(project: Project) -> None:
    """There a string may end elsewhere than the check saw it end; asked in the first read."""
    project.begin()
    project.write("02_a.sql")
    database = f'ALTER DATABASE "{project.supabase.ref}"'
    project.supabase.select(f"{database} SET standard_conforming_strings = off")
    result = project.migrate()
    assert (result.exit_status, project.queries) == (1, [READ])
    assert "standard_conforming_strings = off" in result.summary["error"]
    project.supabase.select(f"{database} RESET standard_conforming_strings")
    assert project.migrate().exit_status == 0


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (
            "SELECT 1;\nset session characteristics as transaction read only;",
            "02_a.sql:2: set session characteristics as",
        ),
        ("SET LOCAL TRANSACTION READ ONLY;", "02_a.sql:1: SET LOCAL TRANSACTION READ comes too late"),
        ("SET transaction_isolation TO serializable;", "02_a.sql:1: SET transaction_isolation TO serializable comes"),
    ],
)
def test_settings_that_come_too_late_are_refused_by_name_and_line(project: Project, text: str, problem: str) -> None:
    """The runner's guard is the first query of the transaction."""
    project.begin()
    project.write("02_a.sql", text=text)
    result = project.migrate()
    assert (result.exit_status, project.changes) == (1, [])
    assert problem in result.summary["error"]


def test_the_folder_has_to_be_there(project: Project, tmp_path: Path) -> None:
    """Exit 2, one line, nothing sent."""
    result = project.migrate(MIGRATIONS_DIR=str(tmp_path / "nowhere"))
    assert (result.exit_status, project.queries) == (2, [])
    assert "nowhere cannot be read: No such file or directory" in result.summary["error"]


REFUSALS = {
    401: "access token",
    403: "access token",
    404: "SUPABASE_PROJECT_REF",
    413: "split",
    540: "restore it",
    301: "SUPABASE_API_URL",
    418: "SUPABASE_API_URL",
}


@pytest.mark.parametrize("status", REFUSALS)
def test_a_refusal_by_the_api_ends_the_run_with_its_remedy(project: Project, status: int) -> None:
    """None of these is worth a retry, and the file was not run."""
    project.begin()
    project.write("02_a.sql", "03_a.sql")
    body = {"message": "refused \x1b[31m"}
    project.supabase.faults.add(Fault(Broken.RESPOND, skip=2, status=status, body=body))
    result = project.migrate()
    assert (result.exit_status, result.counts) == (1, {"applied": 1, "already": 1, "pending": 1})
    assert REFUSALS[status] in result.summary["remedy"]
    assert f"answered {status}: refused" in result.summary["error"]
    assert project.changes == ["02_a.sql", "03_a.sql"]


@pytest.mark.parametrize(("token", "status"), [("sbp_" + "9f" * 20, 401), (STRANGER_TOKEN, 403)])
def test_no_token_is_ever_shown(project: Project, token: str, status: int) -> None:
    """NFR-SJ-002.2: the refusal names the remedy, not the token."""
    project.write("02_a.sql")
    result = project.migrate(SUPABASE_ACCESS_TOKEN=token)
    assert result.exit_status == 1
    assert f"answered {status}" in result.summary["error"]
    assert token not in b"".join(result.log.raw).decode()
