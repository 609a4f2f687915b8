"""What can come between the API, its database and the client."""

from __future__ import annotations

import http.client

import psycopg
import pytest

from sandbox.faults import Fault
from sandbox.faults import Kind as FaultKind
from sandbox.postgres import Cluster
from sandbox.supabase import Kind, Supabase
from tests.sandbox.supabase.client import Client

CREATE = (
    "SET search_path = ''; SET client_min_messages = error; CREATE TABLE public.t (i int) -- a comment ends the text"
)
LOCKED = "SELECT pg_try_advisory_xact_lock(7) AS locked"
TIMEOUT = (408, {"message": "Failed to run sql query: Query read timeout"})


def _exists(client: Client) -> bool:
    return client.supabase.select("SELECT to_regclass('public.t') IS NOT NULL") == [(True,)]


def test_an_answer_can_be_lost_after_the_commit(client: Client) -> None:
    """The client sees a reset, the table is there."""
    client.supabase.faults.add(Fault(FaultKind.RESET, handled=True))
    with pytest.raises((ConnectionResetError, http.client.RemoteDisconnected)):
        client.query(CREATE)
    assert _exists(client)


def test_a_connection_can_be_lost_before_the_commit(client: Client) -> None:
    """400 with 57P01, and nothing was applied."""
    client.supabase.mishaps.add(Kind.KILLED)
    status, body = client.query(CREATE).outcome
    assert (status, body["message"].split("\n")[0]) == (
        400,
        "Failed to run sql query: FATAL:  57P01: terminating connection due to administrator command",
    )
    assert not _exists(client)


def test_a_statement_can_run_on_after_the_408(client: Client) -> None:
    """Its locks are held, its effects unseen, until it commits."""
    mishap = client.supabase.mishaps.add(Kind.HELD)
    assert client.query(f"{LOCKED}; {CREATE}").outcome == TIMEOUT
    assert (_exists(client), client.query(LOCKED).json()) == (False, [{"locked": False}])
    mishap.release()
    assert (_exists(client), client.query(LOCKED).json()) == (True, [{"locked": True}])


def test_a_statement_that_ran_on_may_come_to_nothing(client: Client) -> None:
    """Dropped, it is rolled back."""
    mishap = client.supabase.mishaps.add(Kind.HELD)
    assert client.query(CREATE).outcome == TIMEOUT
    mishap.drop()
    assert not _exists(client)


def test_a_held_query_that_fails_says_so_at_once(client: Client) -> None:
    """It never gets as far as its commit."""
    mishap = client.supabase.mishaps.add(Kind.HELD)
    assert client.query("SELECT 1 / 0").status == 400
    mishap.release()


def test_a_query_can_arrive_late(client: Client) -> None:
    """408 first; it runs when everybody has stopped waiting, even after the same was sent again."""
    mishap = client.supabase.mishaps.add(Kind.LATE)
    assert client.query("CREATE TABLE IF NOT EXISTS t (i int); INSERT INTO t VALUES (1)").outcome == TIMEOUT
    assert not _exists(client)
    assert client.query("CREATE TABLE t (i int); INSERT INTO t VALUES (2)").status == 201
    mishap.release()
    assert client.supabase.select("SELECT i FROM t ORDER BY i") == [(1,), (2,)]


def test_a_late_query_may_never_arrive(client: Client) -> None:
    """Dropped, it is forgotten."""
    mishap = client.supabase.mishaps.add(Kind.LATE)
    assert client.query(CREATE).outcome == TIMEOUT
    mishap.drop()
    assert not _exists(client)


def test_a_query_can_fail_unheard(client: Client) -> None:
    """408 after its timeout, with any outcome of the query; it is over by then."""
    passed: list[float] = []
    with Supabase(client.supabase.cluster, pass_time=passed.append) as supabase:
        supabase.mishaps.add(Kind.UNHEARD)
        supabase.mishaps.add(Kind.UNHEARD)
        unheard = Client(supabase)
        assert [unheard.query(sql).outcome for sql in (CREATE, "SELECT 1 / 0")] == [TIMEOUT, TIMEOUT]
    assert (_exists(client), passed) == (True, [55.0, 55.0])


def test_a_query_can_be_delivered_twice(client: Client) -> None:
    """The client gets the second answer: that of a proxy's own retry."""
    client.supabase.mishaps.add(Kind.TWICE)
    status, body = client.query(CREATE).outcome
    assert (status, body["message"]) == (
        400,
        'Failed to run sql query: ERROR:  42P07: relation "t" already exists\n',
    )
    assert _exists(client)


def test_a_mishap_strikes_once_and_only_the_query_it_is_meant_for(client: Client) -> None:
    """By a piece of its text."""
    client.supabase.mishaps.add(Kind.KILLED, "CREATE TABLE")
    assert [client.query(sql).status for sql in ("SELECT 1", CREATE, CREATE)] == [201, 400, 201]


def test_closing_the_service_drops_what_is_held(cluster: Cluster) -> None:
    """Nothing commits behind a test's back."""
    with Supabase(cluster) as supabase:
        supabase.mishaps.add(Kind.HELD)
        assert Client(supabase).query("CREATE TABLE behind (i int)").outcome == TIMEOUT
    assert supabase.select("SELECT to_regclass('behind')") == [(None,)]


def test_patience_ends_while_the_statement_runs_on(cluster: Cluster) -> None:
    """Without any mishap: 408 after so many seconds, here none, and the commit comes as soon as it can."""
    with (
        Supabase(cluster, gateway_seconds=0) as supabase,
        psycopg.connect(cluster.conninfo(supabase.ref, "postgres"), autocommit=True) as owner,
    ):
        owner.execute("CREATE TABLE busy (i int)")
        owner.execute("LISTEN committed")
        with owner.transaction():
            owner.execute("LOCK TABLE busy")
            assert Client(supabase).query("INSERT INTO busy VALUES (1); NOTIFY committed").outcome == TIMEOUT
        assert len(list(owner.notifies(timeout=30, stop_after=1))) == 1
        assert supabase.select("SELECT i FROM busy") == [(1,)]
