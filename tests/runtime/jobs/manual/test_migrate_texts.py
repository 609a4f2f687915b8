"""Files are sent as they are: their row is written with them, or they are not applied."""

from __future__ import annotations

import pytest

from tests.runtime.jobs.manual.project import FIRST, Overtaken, Project

INSERT = "INSERT INTO public.runs VALUES ('{name}')"
APPLICABLE = {
    "last line is a comment": f"{INSERT} -- the end",
    "no final semicolon": INSERT,
    "several final semicolons": f"{INSERT};;\n;",
    "CRLF line ends": f"{INSERT}\r\n;\r\n-- done\r\n",
    "ends in a block comment": f"{INSERT} /* nested /* ; */ */",
    "empties the search path": f"SET search_path = ''; {INSERT};",
    "a search path with a trap": (
        "CREATE SCHEMA trap; CREATE FUNCTION trap.clock_timestamp() RETURNS timestamptz LANGUAGE sql "
        f"AS 'SELECT 1/0; SELECT now()'; SET search_path = trap, pg_catalog; {INSERT};"
    ),
    "changes its role": f"{INSERT}; SET ROLE anon;",
    "says how strings are read": f"SET standard_conforming_strings = on; {INSERT};",
    "says that they are read otherwise, too late": f"SET standard_conforming_strings = off; {INSERT}; SELECT '\\';",
    "resets everything": f"{INSERT}; RESET ALL;",
    "leaves itself no time": f"{INSERT}; SET statement_timeout = '1ms';",
    "raises a notice": f"{INSERT}; DO $$ BEGIN RAISE NOTICE 'COMMIT; %', 1; END $$;",
    "ends with a SELECT": f"{INSERT}; SELECT 1 AS filename;",
    "bears a word that is dangerous elsewhere": f"{INSERT}; SELECT 'COMMIT; ROLLBACK' /* COMMIT; */;",
    "is unicode": f"{INSERT}; COMMENT ON TABLE public.runs IS 'Läufe 🚀 \\';",
    "records itself": f"{INSERT}; INSERT INTO schema_migrations (filename, checksum) VALUES ('{{name}}', 'v1');",
    "grants itself away": f"{INSERT}; GRANT ALL ON public.schema_migrations TO anon;",
    "defers its constraints": (
        f"CREATE TABLE late (id int PRIMARY KEY DEFERRABLE INITIALLY DEFERRED); INSERT INTO late VALUES (1); {INSERT};"
    ),
    "only comments": "-- nothing yet\n/* nothing */",
}


@pytest.mark.parametrize("kind", APPLICABLE)
def test_a_file_is_applied_and_recorded_whatever_it_leaves_behind(project: Project, kind: str) -> None:
    """Its own text, then its row, in one transaction."""
    project.begin()
    project.write("02_a.sql", text=APPLICABLE[kind])
    assert project.migrate().counts == {"applied": 1, "already": 1}
    assert project.runs == (["02_a.sql"] if INSERT in APPLICABLE[kind] else [])
    [row] = project.supabase.select(
        "SELECT length(checksum), applied_by, execution_time_ms >= 0 FROM public.schema_migrations "
        "WHERE filename = '02_a.sql'"
    )
    assert row == (64, "cloud_run_job", True)
    assert project.changes == ["02_a.sql"]


FAILING = {
    "a constraint that fails at the commit": (
        "CREATE TABLE late (id int UNIQUE DEFERRABLE INITIALLY DEFERRED); INSERT INTO late VALUES (1), (1);",
        "SQLSTATE 23505",
    ),
    "a COMMIT in a DO block": (f"{INSERT};\nDO $$ BEGIN COMMIT; END $$;", "SQLSTATE 2D000"),
    "a syntax error at the end": (f"{INSERT};\nSELECT (1", "02_a.sql:2:10 failed"),
    "an error in a function's own text": (
        "SELECT 1;\nDO $$ BEGIN\n  EXECUTE 'SELECT nonsense';\nEND $$;",
        "02_a.sql, probably line 3: EXECUTE 'SELECT nonsense'; (in the DO block of line 2), failed and is not applied: "
        'SQLSTATE 42703: column "nonsense" does not exist',
    ),
}


@pytest.mark.parametrize("kind", FAILING)
def test_a_file_that_fails_leaves_nothing_behind(project: Project, kind: str) -> None:
    """Exit 1 with PostgreSQL's own words; neither effects nor row."""
    project.begin()
    text, message = FAILING[kind]
    project.write("02_a.sql", text=text)
    result = project.migrate()
    assert (result.exit_status, result.counts) == (1, {"already": 1, "pending": 1})
    assert message in result.summary["error"]
    assert (project.runs, project.recorded) == ([], [FIRST])


SPOILING = {
    "dropped": ("DROP TABLE public.schema_migrations", 'relation "public.schema_migrations" does not exist'),
    "renamed": (
        "ALTER TABLE public.schema_migrations RENAME TO old",
        'relation "public.schema_migrations" does not exist',
    ),
    "replaced": (
        "DROP TABLE public.schema_migrations; CREATE TABLE public.schema_migrations (filename varchar(255) UNIQUE, "
        "checksum varchar(64), execution_time_ms integer, applied_by varchar(255)); RESET ALL",
        "rows of earlier files were removed",
    ),
    "behind a trigger": (
        "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'; CREATE TRIGGER t "
        "BEFORE INSERT ON public.schema_migrations FOR EACH ROW EXECUTE FUNCTION refuse()",
        "a trigger or rule prevents the row",
    ),
    "behind a rule": (
        "CREATE RULE r AS ON INSERT TO public.schema_migrations DO INSTEAD NOTHING",
        "a trigger or rule prevents the row",
    ),
    "without a column": ("ALTER TABLE public.schema_migrations DROP COLUMN checksum", "(SQLSTATE 42703)"),
    "without its constraint": (
        "ALTER TABLE public.schema_migrations DROP CONSTRAINT schema_migrations_filename_key",
        "there is no unique or exclusion constraint matching the ON CONFLICT specification (SQLSTATE 42P10)",
    ),
    "without an earlier row": (
        "DELETE FROM public.schema_migrations; INSERT INTO public.schema_migrations (filename) VALUES ('02_a.sql')",
        "rows of earlier files were removed",
    ),
    "emptied": ("TRUNCATE public.schema_migrations", "rows of earlier files were removed"),
    "with a column to be filled": (
        "ALTER TABLE public.schema_migrations ADD COLUMN who text NOT NULL DEFAULT 'x'; "
        "ALTER TABLE public.schema_migrations ALTER who DROP DEFAULT",
        "(SQLSTATE 23502)",
    ),
}


@pytest.mark.parametrize("kind", SPOILING)
def test_an_error_of_the_runners_own_statements_is_no_line_of_the_file(project: Project, kind: str) -> None:
    """The file did it, but not at any place that could be shown; nothing of it was kept."""
    project.begin()
    text, message = SPOILING[kind]
    project.write("02_a.sql", text=f"{INSERT};\n{text};")
    result = project.migrate()
    assert (result.exit_status, result.counts) == (1, {"already": 1, "pending": 1})
    assert result.summary["error"].startswith(
        "02_a.sql is not applied: after it the tracking table public.schema_migrations would be unusable: "
    )
    assert message in result.summary["error"]
    assert "line" not in result.summary["failure"]
    assert (project.runs, project.recorded) == ([], [FIRST])


def test_a_tracking_table_that_somebody_breaks_meanwhile_is_no_fault_of_the_file(project: Project) -> None:
    """It was not run at all."""
    project.begin()
    project.write("02_a.sql")
    transport = Overtaken(1, lambda: project.supabase.select("ALTER TABLE public.schema_migrations RENAME TO gone"))
    result = project.migrate(transport=transport)
    assert (result.exit_status, project.runs) == (1, [])
    assert result.summary["error"].startswith("02_a.sql was not run: the tracking table public.schema_migrations ")


def test_what_is_read_otherwise_from_now_on_is_not_run(project: Project) -> None:
    """A file may set it for the role: the next one's strings would end elsewhere than the check saw."""
    project.begin()
    project.write("02_a.sql", text="ALTER ROLE postgres SET standard_conforming_strings = off")
    project.write("03_a.sql")
    result = project.migrate()
    project.supabase.select("ALTER ROLE postgres RESET standard_conforming_strings")
    assert (result.exit_status, project.recorded, project.runs) == (1, [FIRST, "02_a.sql"], [])
    assert result.summary["error"].startswith("03_a.sql was not run: ")
    assert "standard_conforming_strings = off" in result.summary["error"]
    assert "RESET" in result.summary["remedy"]


def test_contention_is_no_fault_of_the_file(project: Project) -> None:
    """A deadlock, a lock that was not to be had: exit 75, run again."""
    project.begin()
    project.write("02_a.sql", text="DO $$ BEGIN RAISE EXCEPTION 'deadlock detected' USING ERRCODE = '40P01'; END $$;")
    result = project.migrate()
    assert (result.exit_status, result.summary["status"]) == (75, "incomplete")
