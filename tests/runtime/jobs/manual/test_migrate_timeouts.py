"""What the gateway, or the server, gave up on: sent at most once more, and never blamed on the wrong one."""

from __future__ import annotations

import pytest

from sandbox.faults import Fault
from sandbox.faults import Kind as Broken
from sandbox.supabase import Kind
from tests.runtime.jobs.manual.project import FIRST, Project

LIMITS = {"X-RateLimit-Limit": "120", "X-RateLimit-Remaining": "100", "X-RateLimit-Reset": "55"}
INDEX = "-- migrate: no-transaction\nCREATE INDEX CONCURRENTLY IF NOT EXISTS runs_name ON public.runs (name)"


@pytest.fixture
def started(project: Project) -> Project:
    """A project with a first file applied and a second pending."""
    project.begin()
    project.write("02_a.sql")
    return project


def test_a_run_of_a_minute_gets_over_lost_answers_and_a_503_that_counts_requests(started: Project) -> None:
    """X-RateLimit-Reset comes with every answer of the API: only with a 429 does it ask for a wait."""
    for number in (2, 3):
        started.supabase.faults.add(Fault(Broken.RESET, skip=number))
    started.supabase.faults.add(Fault(Broken.RESPOND, skip=4, headers=LIMITS, body={"message": "busy"}))
    started.write("03_a.sql", "04_a.sql")
    result = started.migrate(JOB_TIMEOUT_SECONDS="60")
    assert (result.exit_status, started.runs) == (0, ["02_a.sql", "03_a.sql", "04_a.sql"])


def test_a_statement_timeout_is_the_files_fault(started: Project) -> None:
    """57014 is a rollback: the tracking row is read once, the file is not sent again."""
    started.write("02_a.sql", text="SET LOCAL statement_timeout = '1ms';\nSELECT pg_sleep(60);")
    result = started.migrate()
    assert (result.exit_status, result.summary["status"], started.changes) == (1, "failed", ["02_a.sql"])
    assert len(started.queries) == 3
    assert result.summary["error"].startswith(
        "02_a.sql, probably line 2: SELECT pg_sleep(60), "
        "failed and is not applied: SQLSTATE 57014: canceling statement due to statement timeout"
    )
    assert "split the file" in result.summary["remedy"]
    assert "SET LOCAL statement_timeout" in result.summary["remedy"]
    assert "no-transaction" in result.summary["remedy"]


def test_a_transaction_timeout_is_the_files_fault_likewise(started: Project) -> None:
    """25P04 ends the session, and with it the transaction: there is nothing to wait for."""
    started.write("02_a.sql", text="SET LOCAL transaction_timeout = '10ms';\nSELECT pg_sleep(60);")
    result = started.migrate()
    assert (result.exit_status, started.changes) == (1, ["02_a.sql"])
    assert "SQLSTATE 25P04: terminating connection due to transaction timeout" in result.summary["error"]
    assert "split the file" in result.summary["remedy"]


def test_a_statement_timeout_of_a_marked_file_is_no_full_rollback(started: Project) -> None:
    """What it left is looked for at once."""
    started.supabase.select(
        "CREATE FUNCTION slow(text) RETURNS text LANGUAGE plpgsql IMMUTABLE AS "
        "'BEGIN PERFORM pg_sleep(60); RETURN $1; END'; ALTER ROLE postgres SET statement_timeout = '50ms'; "
        "INSERT INTO public.runs VALUES ('x')"
    )
    started.write("02_a.sql", text=INDEX.replace("(name)", "(public.slow(name))"))
    result = started.migrate()
    started.supabase.select("ALTER ROLE postgres RESET statement_timeout")
    assert (result.exit_status, started.recorded) == (1, [FIRST])
    assert "SQLSTATE 57014" in result.summary["error"]
    assert result.summary["error"].endswith("; it left behind the invalid index public.runs_name")
    assert result.summary["remedy"].startswith("DROP INDEX CONCURRENTLY public.runs_name; ")


def test_what_a_failed_rebuild_leaves_is_named_at_once(started: Project) -> None:
    """Under any name the server gave it: what is invalid afterwards and was not before."""
    started.supabase.select(
        "CREATE FUNCTION slow(text) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT $1'; "
        "INSERT INTO public.runs VALUES ('x'); CREATE INDEX runs_name ON public.runs (public.slow(name)); "
        "CREATE OR REPLACE FUNCTION slow(text) RETURNS text LANGUAGE plpgsql IMMUTABLE AS "
        "'BEGIN PERFORM pg_sleep(60); RETURN $1; END'; ALTER ROLE postgres SET statement_timeout = '50ms'"
    )
    started.write("02_a.sql", text="-- migrate: no-transaction\nREINDEX INDEX CONCURRENTLY public.runs_name")
    result = started.migrate()
    started.supabase.select("ALTER ROLE postgres RESET statement_timeout")
    assert result.summary["error"].endswith("; it left behind the invalid index public.runs_name_ccnew")
    assert result.summary["remedy"].startswith("DROP INDEX CONCURRENTLY public.runs_name_ccnew; ")


def test_a_file_that_fails_after_the_gateway_gave_up_is_sent_once_more(started: Project) -> None:
    """It would do so five times; the message says how long it ran, and that nobody waited for its error."""
    for _ in range(2):
        started.supabase.mishaps.add(Kind.UNHEARD, "02_a.sql")
    started.write("02_a.sql", text="SELECT 1/0;")
    result = started.migrate()
    assert (result.exit_status, result.summary["status"], started.changes) == (1, "failed", ["02_a.sql"] * 2)
    assert result.summary["error"].startswith(
        "02_a.sql is not applied: after 55 s the gateway gave up waiting, twice (POST "
    )
    assert result.summary["error"].endswith("it may have failed after the gateway stopped waiting")
    assert "less than 55 s" in result.summary["remedy"]


def test_what_the_server_says_to_the_second_request_is_the_files_error(started: Project) -> None:
    """At last it is heard."""
    started.supabase.mishaps.add(Kind.UNHEARD, "02_a.sql")
    started.write("02_a.sql", text="SELECT 1/0;")
    result = started.migrate()
    assert (result.exit_status, started.changes) == (1, ["02_a.sql"] * 2)
    assert "SQLSTATE 22012: division by zero" in result.summary["error"]


def test_nothing_is_sent_again_while_the_server_is_at_work_on_it(started: Project) -> None:
    """Until the time is up; then the message says that its result is unknown."""
    mishap = started.supabase.mishaps.add(Kind.HELD, "02_a.sql")
    result = started.migrate()
    mishap.drop()
    assert (result.exit_status, started.changes) == (75, ["02_a.sql"])


@pytest.mark.parametrize("status", [408, 504, 522, 524, 544])
def test_a_quick_timeout_of_the_gateway_is_no_fault_of_the_file(started: Project, status: int) -> None:
    """It never got to the server; but twice is enough."""
    started.supabase.faults.add(Fault(Broken.RESPOND, skip=1, status=status, body="<html>"))
    started.supabase.faults.add(Fault(Broken.RESPOND, skip=4, status=status, body="<html>"))
    result = started.migrate()
    assert (result.exit_status, started.changes) == (75, ["02_a.sql"] * 2)


@pytest.mark.parametrize("status", [500, 503])
def test_after_a_timeout_a_fault_of_another_kind_is_the_last(started: Project, status: int) -> None:
    """Once more is once more: the file ran for a minute, no matter what the gateway says the next time."""
    started.supabase.mishaps.add(Kind.UNHEARD, "02_a.sql")
    started.write("02_a.sql", text="SELECT 1/0;")
    started.supabase.faults.add(Fault(Broken.RESPOND, skip=4, status=status, body={"message": "busy"}))
    result = started.migrate()
    assert (result.exit_status, started.changes) == (75, ["02_a.sql"] * 2)
    assert "was sent 2 times and is not applied" in result.summary["error"]


def test_a_marked_file_is_sent_once_more_likewise(started: Project) -> None:
    """Its statement carries no guard, so the server's list of what it is at work on decides."""
    started.supabase.select("CREATE TABLE public.broken AS SELECT 0 AS i; ALTER TABLE public.broken OWNER TO postgres")
    started.write("02_a.sql", text=INDEX.replace("runs (name)", "broken ((1 / i))"))
    for _ in range(2):
        started.supabase.mishaps.add(Kind.UNHEARD, "CREATE INDEX CONCURRENTLY")
    result = started.migrate()
    assert (result.exit_status, started.recorded) == (1, [FIRST])
    assert result.summary["error"].endswith("; it left behind the invalid index public.runs_name")
    assert result.summary["remedy"].startswith("DROP INDEX CONCURRENTLY public.runs_name; ")
