"""`-- migrate: no-transaction`: the statement goes alone, and is recorded only once it has had its effect."""

from __future__ import annotations

import threading
from collections.abc import Mapping

import psycopg
import pytest

from runtime.migration.tracking_table import READ
from runtime.net.faults import ANSWER, ConnectionFault
from runtime.net.transport import UrllibTransport, WireRequest
from sandbox.faults import Fault
from sandbox.faults import Kind as Broken
from sandbox.postgres import SUPERUSER
from sandbox.supabase import Kind
from tests.runtime.jobs.manual.hooked_clock import HookedClock
from tests.runtime.jobs.manual.project import FIRST, Project

MARKER = "-- migrate: no-transaction\n"
INDEX = (
    f"{MARKER}-- beside the running service\nCREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS runs_Name ON runs (name);"
)
VALID = "SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass('public.runs_name')"


@pytest.fixture
def indexed(project: Project) -> Project:
    """A project with an index to be built."""
    project.begin()
    project.write("02_index.sql", text=INDEX)
    return project


def test_an_index_is_built_checked_and_recorded(indexed: Project) -> None:
    """A read before it, the statement, the row."""
    result = indexed.migrate()
    assert (result.exit_status, result.counts) == (0, {"applied": 1, "already": 1})
    assert indexed.supabase.select(VALID) == [(True,)]
    assert indexed.recorded == [FIRST, "02_index.sql"]
    assert [query == READ for query in indexed.queries] == [True, True, False, False]
    assert indexed.clock.waits == []


@pytest.mark.parametrize("request_number", [2, 3], ids=["statement", "row"])
@pytest.mark.parametrize("handled", [True, False])
def test_a_lost_answer_is_recovered_from(indexed: Project, request_number: int, handled: bool) -> None:
    """The statement goes again, since it is one that may; the row only if it is not there."""
    indexed.supabase.faults.add(Fault(Broken.RESET, skip=request_number, handled=handled))
    assert indexed.migrate().exit_status == 0
    assert indexed.supabase.select(VALID) == [(True,)]
    assert indexed.recorded == [FIRST, "02_index.sql"]
    statements = sum(query.startswith("/* migrate: 02_index.sql */\n--") for query in indexed.queries)
    assert statements == (2 if request_number == 2 else 1)


@pytest.mark.parametrize("kind", [Kind.LATE, Kind.TWICE])
def test_a_statement_that_arrives_late_or_twice_does_no_harm(indexed: Project, kind: Kind) -> None:
    """IF NOT EXISTS is required for that reason."""
    mishap = indexed.supabase.mishaps.add(kind, INDEX)
    assert indexed.migrate().exit_status == 0
    mishap.release()
    assert indexed.supabase.select(VALID) == [(True,)]
    assert indexed.recorded == [FIRST, "02_index.sql"]


class Abandoned(UrllibTransport):
    """Loses the statement's answer once the server waits for somebody else's transaction."""

    def __init__(self, project: Project) -> None:
        super().__init__()
        self._project = project
        self.statement: threading.Thread | None = None

    def send(self, request: WireRequest, seconds: float) -> tuple[int, Mapping[str, str], bytes]:
        if self.statement or b"CREATE UNIQUE" not in (request.data or b""):
            return super().send(request, seconds)
        self.statement = threading.Thread(target=super().send, args=(request, seconds))
        self.statement.start()
        waiting = (
            "SELECT pid FROM pg_stat_activity WHERE query LIKE '/* migrate: 02_index%' AND wait_event_type = 'Lock'"
        )
        while not self._project.supabase.select(waiting):
            pass
        raise ConnectionFault(ANSWER, "lost")


def test_a_statement_that_the_server_is_still_at_work_on_is_waited_for(indexed: Project) -> None:
    """It holds no lock that would tell; what the server says it is running does. Sent again it finds the index."""
    transport = Abandoned(indexed)

    def end_transaction() -> None:
        assert transport.statement is not None
        writer.rollback()
        transport.statement.join()

    with psycopg.connect(indexed.supabase.cluster.conninfo(indexed.supabase.ref, SUPERUSER)) as writer:
        writer.execute("INSERT INTO public.runs VALUES ('not yet committed')")
        clock = HookedClock(4, end_transaction)
        assert indexed.migrate(clock=clock, transport=transport).exit_status == 0
    assert [query == READ for query in indexed.queries] == [True, True, False, *[True] * 6, False, False]
    assert indexed.supabase.select(VALID) == [(True,)]
    assert indexed.recorded == [FIRST, "02_index.sql"]


def test_an_invalid_index_is_reported_with_its_remedy_and_not_recorded(indexed: Project) -> None:
    """A build that fails leaves one behind, and IF NOT EXISTS then takes it for the real one."""
    indexed.supabase.select("INSERT INTO public.runs VALUES ('twice'), ('twice')")
    first = indexed.migrate()
    assert (first.exit_status, indexed.recorded) == (1, [FIRST])
    assert "02_index.sql:3 failed and is not applied: SQLSTATE 23505" in first.summary["error"]
    assert first.summary["error"].endswith("; it left behind the invalid index public.runs_name")
    second = indexed.migrate()
    assert (second.exit_status, indexed.recorded) == (1, [FIRST])
    assert second.summary["error"] == "02_index.sql is not recorded; it left behind the invalid index public.runs_name"
    for result in (first, second):
        assert result.summary["remedy"].startswith("DROP INDEX CONCURRENTLY public.runs_name; ")
    indexed.supabase.select("DELETE FROM public.runs; DROP INDEX public.runs_name")
    assert indexed.migrate().exit_status == 0
    assert indexed.supabase.select(VALID) == [(True,)]


def test_an_index_of_that_name_on_another_table_is_none_of_this(indexed: Project) -> None:
    """IF NOT EXISTS looks at the name alone."""
    indexed.supabase.select("CREATE TABLE public.others (name text); CREATE INDEX runs_name ON public.others (name)")
    result = indexed.migrate()
    assert (result.exit_status, indexed.recorded) == (1, [FIRST])
    assert result.summary["error"].startswith("02_index.sql is not recorded: its statement had no effect: ")
    assert "MG003" not in result.summary["error"]


def test_an_index_is_dropped_and_looked_for(indexed: Project) -> None:
    """DROP INDEX CONCURRENTLY IF EXISTS."""
    indexed.migrate()
    indexed.write("03_drop.sql", text=f"{MARKER}DROP INDEX CONCURRENTLY IF EXISTS public.runs_name")
    assert indexed.migrate().exit_status == 0
    assert indexed.supabase.select(VALID) == []
    assert indexed.recorded == [FIRST, "02_index.sql", "03_drop.sql"]


def test_a_statement_without_a_lasting_effect_goes_again_after_an_unclear_answer(project: Project) -> None:
    """VACUUM leaves nothing to look for, and comes to the same when it is done twice."""
    project.begin()
    project.write("02_vacuum.sql", text=f"{MARKER}VACUUM public.runs")
    project.supabase.faults.add(Fault(Broken.RESET, skip=2, handled=True))
    assert project.migrate().exit_status == 0
    assert sum("VACUUM" in query for query in project.queries) == 2
    assert project.recorded == [FIRST, "02_vacuum.sql"]
