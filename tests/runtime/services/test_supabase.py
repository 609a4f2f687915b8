"""What each answer of the Management API says became of a query: FR-SJ-005.4, FR-SJ-005.5."""

from __future__ import annotations

import pytest

from runtime.net import faults as fault
from runtime.net.client import HttpClient
from runtime.net.faults import ConnectionFault
from runtime.net.retry import MAX_ATTEMPTS
from runtime.process.errors import JobError, TransientError
from runtime.process.secret import Secret
from runtime.services.sql_error import SqlError
from runtime.services.supabase import FateUnknown, SupabaseDatabase, encode
from tests.support.records import Records
from tests.support.scripted_transport import Answer, ScriptedTransport
from tests.support.virtual_clock import VirtualClock

ROWS = [{"a": 1}]
QUERY = "SELECT\n1\n  x"
SYNTAX = 'Failed to run sql query: ERROR:  42601: syntax error at or near "x"\nLINE 3:   x\n          ^\nHINT:  none\n'


class Caller:
    """A database behind a transport that answers from a list."""

    def __init__(self, *steps: Answer | ConnectionFault, seconds: int = 900) -> None:
        self.clock = VirtualClock()
        self.log = Records(self.clock)
        self.transport = ScriptedTransport(*steps, clock=self.clock.advance)
        client = HttpClient(
            "https://api.supabase.example",
            {"Authorization": ("Bearer ", Secret("sbp_token", "SUPABASE_ACCESS_TOKEN"))},
            transport=self.transport,
            clock=self.clock,
            log=self.log,
            deadline=self.clock.monotonic() + seconds,
        )
        self.database = SupabaseDatabase(client, "a" * 20)


def test_a_query_is_posted_as_it_is_with_the_token() -> None:
    """One JSON member, UTF-8 unescaped: an escape would count six bytes toward the body limit."""
    caller = Caller(Answer(201, ROWS))
    assert caller.database.execute("SELECT 'ä'") == ROWS
    [sent] = caller.transport.sent
    assert (sent.method, sent.selector) == ("POST", f"/v1/projects/{'a' * 20}/database/query")
    assert (sent.data, sent.headers["Authorization"]) == ('{"query": "SELECT \'ä\'"}'.encode(), "Bearer sbp_token")
    assert sent.data == encode("SELECT 'ä'")


@pytest.mark.parametrize("status", [200, 201])
def test_a_list_is_success(status: int) -> None:
    """201 as measured, 200 as documented once."""
    assert Caller(Answer(status, [])).database.execute("x") == []


def describe(step: Answer | ConnectionFault) -> str:
    return str(step) if isinstance(step, ConnectionFault) else f"{step.status} {step.body!r}"


UNCLEAR = [
    *(Answer(status, b"<html>") for status in (408, 425, 500, 502, 503, 504, 520, 521, 522, 523, 524, 544, 599)),
    Answer(200, b"<html>"),
    Answer(201, {"rows": []}),
    Answer(202, []),
    Answer(400, b"<html>"),
    Answer(400, {"message": "Failed to run sql query: Connection terminated unexpectedly"}),
    Answer(400, {"message": "Failed to run sql query: ERROR:  57P01: terminating connection\n"}),
    Answer(400, {"message": "Failed to run sql query: ERROR:  08006: connection failure\n"}),
    Answer(400, {"message": "Failed to run sql query: FATAL:  53300: too many connections\n"}),
    Answer(400, {"message": 5}),
    ConnectionFault(fault.SENDING, "reset"),
    ConnectionFault(fault.ANSWER, "reset"),
    ConnectionFault(fault.BODY, "cut"),
    ConnectionFault(fault.DEADLINE, "late"),
    ConnectionFault(fault.TOO_LARGE, "huge"),
]


@pytest.mark.parametrize("step", UNCLEAR, ids=describe)
def test_an_unclear_answer_to_a_change_is_not_followed_by_another_request(step: Answer | ConnectionFault) -> None:
    """The caller reads the tracking table first."""
    caller = Caller(step, Answer(201, ROWS))
    with pytest.raises(FateUnknown):
        caller.database.execute("x")
    assert len(caller.transport.sent) == 1


@pytest.mark.parametrize(
    "step",
    [
        ConnectionFault(fault.REFUSED, "refused"),
        ConnectionFault(fault.UNRESOLVED, "unknown"),
        Answer(429, {"message": "ThrottlerException"}, {"X-RateLimit-Reset": "7"}),
    ],
    ids=describe,
)
def test_a_change_that_surely_did_not_arrive_is_sent_again(step: Answer | ConnectionFault) -> None:
    """Nobody took it."""
    caller = Caller(step, Answer(201, ROWS))
    assert caller.database.execute("x") == ROWS


@pytest.mark.parametrize("status", [301, 307, 401, 402, 403, 404, 405, 409, 413, 422, 540])
def test_a_refusal_is_final_and_has_a_remedy(status: int) -> None:
    """Not taken, and no retry would help; 540 is a paused project."""
    caller = Caller(Answer(status, {"message": "no\nway"}))
    with pytest.raises(JobError) as caught:
        caller.database.execute("x")
    assert not isinstance(caught.value, TransientError)
    assert f"answered {status}: no way" in caught.value.problem
    assert caught.value.remedy != ""
    assert len(caller.transport.sent) == 1


@pytest.mark.parametrize("step", UNCLEAR[:-1], ids=describe)
def test_a_read_is_asked_again_after_an_unclear_answer(step: Answer | ConnectionFault) -> None:
    """It changes nothing."""
    caller = Caller(step, Answer(201, ROWS))
    assert caller.database.read("x") == ROWS


def test_a_read_gives_up_in_the_end() -> None:
    """Attempts are capped, and so is the time."""
    lost = Answer(400, {"message": "Connection terminated unexpectedly"})
    caller = Caller(lost)
    with pytest.raises(TransientError, match="the last with 400: Connection terminated unexpectedly"):
        caller.database.read("x")
    assert len(caller.transport.sent) == MAX_ATTEMPTS
    hasty = Caller(lost, seconds=2)
    with pytest.raises(TransientError, match="the next would be in"):
        hasty.database.read("x")
    assert len(hasty.transport.sent) == 2


@pytest.mark.parametrize("policy", ["read", "execute"])
def test_an_sql_error_is_final(policy: str) -> None:
    """PostgreSQL refused the text and kept nothing of it."""
    caller = Caller(Answer(400, {"message": SYNTAX}))
    with pytest.raises(SqlError) as caught:
        getattr(caller.database, policy)(QUERY)
    error = caught.value
    assert (error.sqlstate, error.position) == ("42601", QUERY.index("x"))
    assert error.problem == 'SQLSTATE 42601: syntax error at or near "x" HINT: none'
    assert (error.exit_status, len(caller.transport.sent)) == (1, 1)


def test_a_timeout_of_the_statement_is_a_rollback_and_a_read_is_asked_again() -> None:
    """57014 is unlike the rest of its class: nothing of the query was kept, and nobody is at work on it."""
    canceled = Answer(400, {"message": "ERROR:  57014: canceling statement due to statement timeout\n"})
    with pytest.raises(SqlError):
        Caller(canceled).database.execute("x")
    assert Caller(canceled, Answer(201, ROWS)).database.read("x") == ROWS


@pytest.mark.parametrize(
    ("status", "seconds", "expected"),
    [*((status, 1.0, True) for status in (408, 504, 522, 524, 544)), (503, 1.0, False), (503, 51.0, True)],
)
def test_a_gateways_timeout_is_distinguished_from_other_faults(status: int, seconds: float, expected: bool) -> None:
    """By its status, or by a 5xx that took longer than 50 s: such a file is sent at most once more."""
    caller = Caller(Answer(status, b"<html>", seconds=seconds))
    with pytest.raises(FateUnknown) as caught:
        caller.database.execute("x")
    assert (caught.value.is_timeout, caught.value.seconds) == (expected, seconds)


def test_a_wait_that_the_service_asked_for_is_no_part_of_the_answers_time() -> None:
    """A quick 503 behind a long 429 is no time-out."""
    busy = Answer(429, {"message": "ThrottlerException"}, {"X-RateLimit-Reset": "60"})
    caller = Caller(busy, Answer(503, b"<html>", seconds=1.0))
    with pytest.raises(FateUnknown) as caught:
        caller.database.execute("x")
    assert (caught.value.is_timeout, caught.value.seconds) == (False, 1.0)
