"""When a call goes again, how long it waits, and how it ends: FR-SJ-005.5."""

from __future__ import annotations

import pytest

from runtime import connection_fault as fault
from runtime.backoff import MAX_ATTEMPTS
from runtime.connection_fault import ConnectionFault
from runtime.endpoint import Endpoint
from runtime.http_client import GaveUp, HttpClient, NoAnswer, Request
from runtime.reply import Reply
from runtime.retry_policy import REPEATABLE, REPEATABLE_AT_GATEWAY, UNSENT, RetryPolicy
from runtime.secret import Secret
from tests.support.records import Records
from tests.support.scripted_transport import Answer, ScriptedTransport
from tests.support.virtual_clock import VirtualClock

OK = Answer(200)
BUSY = Answer(503, b"<html>busy</html>")
RESET = ConnectionFault(fault.ANSWER, "reset")
KINDS = (
    fault.UNRESOLVED,
    fault.REFUSED,
    fault.UNREACHABLE,
    fault.HANDSHAKE,
    fault.SENDING,
    fault.ANSWER,
    fault.BODY,
    fault.DEADLINE,
)


class Caller:
    """A client with everything around it at hand."""

    def __init__(self, *steps: Answer | ConnectionFault, deadline: float = 10_000.0, fraction: float = 1.0) -> None:
        self.clock = VirtualClock(fraction=fraction)
        self.log = Records(self.clock)
        self.transport = ScriptedTransport(*steps, clock=self._advance)
        self.client = HttpClient(
            Endpoint(True, "api.example", 443),
            {"X-CA-Root-Key": ("", Secret("k3y", "KEY"))},
            transport=self.transport,
            clock=self.clock,
            log=self.log,
            deadline=self.clock.monotonic() + deadline,
        )

    def _advance(self, seconds: float) -> None:
        self.clock.moment += seconds

    def call(self, policy: RetryPolicy = REPEATABLE, seconds: float = 300.0) -> Reply:
        return self.client.call(Request("POST", "/api/v1/x?y=1", policy, body=b"{}", seconds=seconds))

    @property
    def attempts(self) -> int:
        return len(self.transport.sent)


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 504])
def test_repeatable_calls_go_again_after_the_named_statuses(status: int) -> None:
    """These, and connection faults, may pass."""
    caller = Caller(Answer(status), OK)
    assert 200 == caller.call().status
    assert 2 == caller.attempts


@pytest.mark.parametrize("status", [200, 201, 301, 307, 400, 401, 403, 404, 405, 409, 422, 501, 505, 520, 524, 544])
def test_no_other_status_is_sent_again(status: int) -> None:
    """An answer that will not change is an answer."""
    caller = Caller(Answer(status), OK)
    assert status == caller.call().status
    assert 1 == caller.attempts


@pytest.mark.parametrize("status", [520, 521, 522, 523, 524, 544])
def test_the_gateway_of_supabase_adds_statuses_of_its_own(status: int) -> None:
    """Cloudflare's, and Supabase's connection timeout."""
    assert 200 == Caller(Answer(status), OK).call(REPEATABLE_AT_GATEWAY).status


@pytest.mark.parametrize("kind", KINDS)
def test_repeatable_calls_go_again_after_a_fault_at_every_stage(kind: str) -> None:
    """From name resolution to the last byte of the body."""
    assert 200 == Caller(ConnectionFault(kind, "x"), OK).call().status


@pytest.mark.parametrize("kind", [fault.CERTIFICATE, fault.TOO_LARGE])
def test_a_peer_that_is_not_to_be_trusted_is_not_asked_again(kind: str) -> None:
    """A wrong certificate or a flood is no accident."""
    caller = Caller(ConnectionFault(kind, "x"), OK)
    with pytest.raises(NoAnswer):
        caller.call()
    assert 1 == caller.attempts


@pytest.mark.parametrize("kind", [fault.UNRESOLVED, fault.REFUSED])
def test_unsent_calls_go_again_where_nothing_was_sent(kind: str) -> None:
    """Nobody was reached, so nobody was notified."""
    assert 200 == Caller(ConnectionFault(kind, "x"), OK).call(UNSENT).status


@pytest.mark.parametrize("answer", [Answer(429), Answer(503, {}, {"x-maintenance-mode": "true"})])
def test_unsent_calls_go_again_after_a_refusal_at_the_door(answer: Answer) -> None:
    """The limiter and the maintenance mode answer before anything is done."""
    assert 200 == Caller(answer, OK).call(UNSENT).status


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in (fault.UNRESOLVED, fault.REFUSED)])
def test_unsent_calls_never_go_again_after_an_ambiguous_fault(kind: str) -> None:
    """A second notification cannot be taken back."""
    caller = Caller(ConnectionFault(kind, "x"), OK)
    with pytest.raises(NoAnswer) as caught:
        caller.call(UNSENT)
    assert 1 == caller.attempts
    assert (kind not in fault.UNTAKEN) == caught.value.taken


@pytest.mark.parametrize("status", [408, 500, 502, 503, 504])
def test_unsent_calls_never_go_again_after_a_server_error(status: int) -> None:
    """A proxy's 502 says nothing about what the service did."""
    caller = Caller(Answer(status), OK)
    assert status == caller.call(UNSENT).status
    assert 1 == caller.attempts


def test_unsent_calls_use_a_connection_that_nothing_was_sent_on() -> None:
    """Else a closed idle connection would be an ambiguous outcome."""
    caller = Caller(OK)
    caller.call(UNSENT)
    caller.call(REPEATABLE)
    assert [True, False] == [request.fresh for request in caller.transport.sent]


def test_a_server_without_a_key_is_not_asked_again() -> None:
    """No retry mends a configuration."""
    caller = Caller(Answer(503, {"detail": "Admin API key not configured", "request_id": "r"}), OK)
    assert 503 == caller.call().status
    assert 1 == caller.attempts


def test_waits_grow_with_full_jitter_up_to_the_cap() -> None:
    """uniform(0, min(cap, base * 2**n)); here the upper bounds."""
    caller = Caller(BUSY)
    with pytest.raises(GaveUp):
        caller.call()
    assert [1, 2, 4, 8, 16, 32, 40, 40, 40] == caller.clock.waits


def test_attempts_are_capped() -> None:
    """A service that stays down ends the call as transient, with the last answer named."""
    caller = Caller(BUSY)
    with pytest.raises(GaveUp) as caught:
        caller.call()
    assert MAX_ATTEMPTS == caller.attempts
    assert 75 == caught.value.exit_status
    assert "503: <html>busy</html>" in caught.value.problem


def test_seconds_are_capped_inside_the_jobs_time() -> None:
    """No wait begins that the job would not outlive."""
    caller = Caller(BUSY, deadline=20.0)
    with pytest.raises(GaveUp):
        caller.call()
    assert [1, 2, 4, 8] == caller.clock.waits


def test_an_attempt_never_gets_more_time_than_the_job_has_left() -> None:
    """The deadline of an attempt is the smaller of the two."""
    caller = Caller(Answer(503, seconds=50.0), OK, deadline=100.0)
    caller.call(seconds=80.0)
    assert [80.0, 49.0] == caller.transport.seconds


def test_nothing_is_sent_after_the_jobs_time() -> None:
    """The next call of a job that ran out of time."""
    caller = Caller(OK, deadline=0.0)
    with pytest.raises(GaveUp) as caught:
        caller.call()
    assert 0 == caller.attempts
    assert not caught.value.taken


@pytest.mark.parametrize(
    ("headers", "body", "expected"),
    [
        ({"Retry-After": "7"}, {}, 7.0),
        ({"Retry-After": "Tue, 31 Mar 2026 12:00:30 GMT"}, {}, 30.0),
        ({"Retry-After": "Tue, 31 Mar 2026 11:00:00 GMT"}, {}, 0.0),
        ({"Retry-After": "soon"}, {}, 0.0),
        ({"Retry-After": "-5"}, {}, 0.0),
        ({"Retry-After": "nan"}, {}, 0.0),
        ({"X-RateLimit-Reset": "12"}, {}, 12.0),
        ({"X-RateLimit-Reset": "1774958415"}, {}, 15.0),
        ({}, {"detail": {"error": "e", "message": "m", "retry_after": 1774958400}, "request_id": "r"}, 0.0),
        ({"Retry-After": "1774958400"}, {"error": "e", "message": "m", "retry_after": 1774958400}, 0.0),
        ({}, {"retry_after": 9}, 9.0),
        ({}, {"retry_after": True}, 0.0),
    ],
)
def test_a_wait_that_the_peer_asks_for_is_honoured(
    headers: dict[str, str], body: dict[str, object], expected: float
) -> None:
    """Seconds, a date, or a point in time beyond a billion; with at most a second of jitter on top.

    What names no wait falls back to the backoff, here without jitter: 0.
    """
    caller = Caller(Answer(429, body, headers), OK, fraction=0.0)
    caller.call()
    assert [expected] == caller.clock.waits


def test_a_wait_beyond_the_jobs_time_ends_the_call_at_once() -> None:
    """Maintenance for an hour is not waited for by a job of 15 minutes."""
    maintenance = Answer(503, {"error": "maintenance"}, {"Retry-After": "3600", "x-maintenance-mode": "true"})
    caller = Caller(maintenance, deadline=900.0)
    with pytest.raises(GaveUp) as caught:
        caller.call()
    assert [] == caller.clock.waits
    assert "the next would be in 3601 s" in caught.value.problem


def test_taken_is_remembered_over_attempts() -> None:
    """A refused connection at the end does not undo an ambiguous attempt before it."""
    caller = Caller(RESET, ConnectionFault(fault.REFUSED, "x"))
    with pytest.raises(GaveUp) as caught:
        caller.call()
    assert caught.value.taken


def test_every_attempt_is_logged_with_a_request_id_of_its_own() -> None:
    """So that the service's log can be searched for it."""
    caller = Caller(BUSY, OK)
    reply = caller.call()
    sent = [request.headers["X-Request-Id"] for request in caller.transport.sent]
    assert sent == [line["request_id"] for line in caller.log.events("request")]
    assert (2, sent[1]) == (len(set(sent)), reply.request_id)


def test_every_request_names_its_sender_and_carries_the_key() -> None:
    """Some proxies refuse Python-urllib."""
    caller = Caller(OK)
    caller.call()
    headers = caller.transport.sent[0].headers
    assert headers["User-Agent"].startswith("cloudact-jobs/")
    assert "k3y" == headers["X-CA-Root-Key"]


def test_neither_query_nor_key_is_logged() -> None:
    """Only what the operator needs."""
    caller = Caller(RESET, OK)
    caller.call()
    assert b"k3y" not in b"".join(caller.log.raw)
    assert b"y=1" not in b"".join(caller.log.raw)
