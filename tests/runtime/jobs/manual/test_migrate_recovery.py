"""After an unclear answer the tracking table is read before anything is sent again: each file is applied once."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sandbox.faults import Fault
from sandbox.faults import Kind as Broken
from sandbox.supabase import Kind
from tests.runtime.jobs.manual.hooked_clock import HookedClock
from tests.runtime.jobs.manual.project import FIRST, Project

FATAL = "Failed to run sql query: FATAL:  57P01: terminating connection due to administrator command\n"
# test_supabase.py has the whole table of answers; here are those that differ in what the client sees.
UNCLEAR = {
    "no answer": Fault(Broken.CLOSE, skip=1),
    "reset": Fault(Broken.RESET, skip=1),
    "no status line": Fault(Broken.GARBAGE, skip=1, body="what?\r\n"),
    "201 that is no JSON": Fault(Broken.RESPOND, skip=1, status=201, body="<html>"),
    "201 without the row": Fault(Broken.RESPOND, skip=1, status=201, body=[]),
    "400 without SQLSTATE": Fault(Broken.RESPOND, skip=1, status=400, body={"message": "Connection terminated"}),
    "400 with 57P01": Fault(Broken.RESPOND, skip=1, status=400, body={"message": FATAL}),
    "408": Fault(Broken.RESPOND, skip=1, status=408, body={"message": "Query read timeout"}),
    "524": Fault(Broken.RESPOND, skip=1, status=524, body="<html>cloud</html>"),
}


@pytest.fixture
def started(project: Project) -> Project:
    """A project with a first file applied and two pending."""
    project.begin()
    project.write("02_a.sql", "03_a.sql")
    return project


def assert_each_applied_once(project: Project) -> None:
    assert project.runs == ["02_a.sql", "03_a.sql"]
    assert project.recorded == [FIRST, "02_a.sql", "03_a.sql"]


@pytest.mark.parametrize("answer", UNCLEAR)
def test_an_answer_lost_after_the_commit_sends_nothing_again(started: Project, answer: str) -> None:
    """The row is there, so the file is."""
    started.supabase.faults.add(replace(UNCLEAR[answer], handled=True))
    result = started.migrate()
    assert (result.exit_status, result.counts) == (0, {"applied": 2, "already": 1})
    assert started.changes == ["02_a.sql", "03_a.sql"]
    assert_each_applied_once(started)


@pytest.mark.parametrize("answer", UNCLEAR)
def test_an_answer_lost_before_the_commit_is_sent_again_after_two_looks(started: Project, answer: str) -> None:
    """No row, nobody at work, and still so a while later."""
    started.supabase.faults.add(UNCLEAR[answer])
    result = started.migrate()
    assert (result.exit_status, result.counts) == (0, {"applied": 2, "already": 1})
    assert started.changes == ["02_a.sql", "02_a.sql", "03_a.sql"]
    assert [query.startswith("/*") for query in started.queries] == [False, True, False, False, True, True]
    assert_each_applied_once(started)


def test_a_truncated_answer_counts_as_none(started: Project) -> None:
    """The commit is behind it."""
    started.supabase.faults.add(Fault(Broken.TRUNCATE, skip=1, size=5))
    assert started.migrate().exit_status == 0
    assert started.changes == ["02_a.sql", "03_a.sql"]
    assert_each_applied_once(started)


def test_a_connection_killed_before_the_commit_is_sent_again(started: Project) -> None:
    """The server lost the session with all its statements run: 400 without SQLSTATE, nothing kept."""
    started.supabase.mishaps.add(Kind.KILLED, "02_a.sql")
    assert started.migrate().exit_status == 0
    assert_each_applied_once(started)


def test_a_query_that_the_server_is_still_at_work_on_is_waited_for(started: Project) -> None:
    """408 after 55 s says nothing about the transaction; its lock does."""
    mishap = started.supabase.mishaps.add(Kind.HELD, "02_a.sql")
    clock = HookedClock(4, mishap.release)
    assert started.migrate(clock=clock).exit_status == 0
    assert started.changes == ["02_a.sql", "03_a.sql"]
    assert clock.waits == [2.0, 4.0, 8.0, 15.0]
    assert_each_applied_once(started)


def test_a_query_that_the_server_gives_up_after_all_is_sent_again(started: Project) -> None:
    """It rolled back while the job was waiting."""
    mishap = started.supabase.mishaps.add(Kind.HELD, "02_a.sql")
    assert started.migrate(clock=HookedClock(4, mishap.drop)).exit_status == 0
    assert started.changes == ["02_a.sql", "02_a.sql", "03_a.sql"]
    assert_each_applied_once(started)


def test_time_that_runs_out_meanwhile_leaves_the_result_unknown_and_says_so(started: Project) -> None:
    """Exit 75: running again is right, since the tracking table is read first."""
    mishap = started.supabase.mishaps.add(Kind.HELD, "02_a.sql")
    result = started.migrate()
    assert (result.exit_status, result.summary["status"]) == (75, "incomplete")
    assert result.summary["error"] == "it is unknown whether 02_a.sql was applied: the job's time is up"
    assert "reads the tracking table" in result.summary["remedy"]
    assert result.counts == {"already": 1, "pending": 2}
    assert started.changes == ["02_a.sql"]
    mishap.release()
    assert started.migrate().counts == {"applied": 1, "already": 2}
    assert_each_applied_once(started)


def test_a_request_that_arrives_late_is_refused_by_its_own_guard(started: Project) -> None:
    """Told 408 before anything ran, the job sends again; the first request gets through afterwards."""
    mishap = started.supabase.mishaps.add(Kind.LATE, "02_a.sql")
    assert started.migrate().exit_status == 0
    assert started.changes == ["02_a.sql", "02_a.sql", "03_a.sql"]
    mishap.release()
    assert_each_applied_once(started)


def test_a_request_that_arrives_late_but_in_time_counts(started: Project) -> None:
    """It gets through while the job is waiting."""
    mishap = started.supabase.mishaps.add(Kind.LATE, "02_a.sql")
    assert started.migrate(clock=HookedClock(1, mishap.release)).exit_status == 0
    assert started.changes == ["02_a.sql", "03_a.sql"]
    assert_each_applied_once(started)


def test_a_request_that_a_proxy_delivers_twice_takes_effect_once(started: Project) -> None:
    """The second is refused by the guard, and its answer is the one that arrives."""
    started.supabase.mishaps.add(Kind.TWICE, "02_a.sql")
    assert started.migrate().exit_status == 0
    assert started.changes == ["02_a.sql", "03_a.sql"]
    assert_each_applied_once(started)


def test_a_rate_limit_is_waited_for_by_its_reset_header(started: Project) -> None:
    """The API's 429 often comes without Retry-After; the refused request was not taken."""
    headers = {"X-RateLimit-Reset": "30"}
    refusal = {"message": "ThrottlerException: Too Many Requests"}
    started.supabase.faults.add(Fault(Broken.RESPOND, skip=1, status=429, headers=headers, body=refusal))
    assert started.migrate().exit_status == 0
    assert started.changes == ["02_a.sql", "02_a.sql", "03_a.sql"]
    assert [30 <= wait <= 31 for wait in started.clock.waits] == [True]
    assert_each_applied_once(started)


def test_the_apis_own_rate_limit_is_outlasted(project: Project) -> None:
    """130 files are more than a minute's 120 requests."""
    project.begin()
    names = [f"{number:03}_a.sql" for number in range(100, 230)]
    project.write(*names)
    assert project.migrate().counts == {"applied": 130, "already": 1}
    assert project.runs == names


def test_a_file_that_never_gets_through_is_given_up(started: Project) -> None:
    """Five sends, each after the tracking table was read; then exit 75, with nothing half done."""
    for _ in range(5):
        started.supabase.mishaps.add(Kind.KILLED, "02_a.sql")
    result = started.migrate()
    assert (result.exit_status, result.counts) == (75, {"already": 1, "pending": 2})
    assert result.summary["error"].startswith("02_a.sql was sent 5 times and is not applied")
    assert (started.runs, started.changes) == ([], ["02_a.sql"] * 5)


def test_a_read_that_fails_is_repeated(started: Project) -> None:
    """Reading changes nothing: every transient answer to it is asked again."""
    for answer in ("reset", "524", "400 without SQLSTATE", "400 with 57P01", "201 that is no JSON"):
        started.supabase.faults.add(replace(UNCLEAR[answer], skip=0))
    assert started.migrate("--status").exit_status == 0
    assert len(started.queries) == 6


@pytest.mark.parametrize("handled", [True, False])
def test_the_creation_of_the_tracking_table_recovers_as_well(project: Project, handled: bool) -> None:
    """It is only another change."""
    project.write(FIRST, text="CREATE TABLE public.runs (name text, id serial)")
    project.supabase.faults.add(Fault(Broken.RESET, skip=1, handled=handled))
    assert project.migrate().exit_status == 0
    assert project.recorded == [FIRST]
