"""How long a call waits, how often it goes again, and how it ends: FR-SJ-005.5."""

from __future__ import annotations

import pytest

from runtime.net import faults as fault
from runtime.net.faults import ConnectionFault
from runtime.net.retry import MAX_ATTEMPTS, GaveUp
from runtime.net.retry_policy import unsent
from tests.support.caller import BUSY, OK, RESET, Caller
from tests.support.scripted_transport import Answer


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


@pytest.mark.parametrize("kind", fault.NO_CONNECTION)
def test_a_service_that_cannot_be_reached_is_a_matter_of_address_and_network(kind: str) -> None:
    """Exit 75 after all attempts, a remedy that fits, and nobody was notified."""
    caller = Caller(ConnectionFault(kind, "api.example:443: x"))
    with pytest.raises(GaveUp, match=kind) as caught:
        caller.call(unsent)
    assert (MAX_ATTEMPTS, 75, False) == (caller.attempts, caught.value.exit_status, caught.value.maybe_processed)
    assert "check the address and the network route to it" in caught.value.remedy


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
    assert not caught.value.maybe_processed


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
    ],
)
def test_a_wait_that_the_peer_asks_for_is_honored(
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


def test_what_may_have_been_processed_is_remembered_over_attempts() -> None:
    """A refused connection at the end does not undo an ambiguous attempt before it."""
    caller = Caller(RESET, ConnectionFault(fault.REFUSED, "x"))
    with pytest.raises(GaveUp) as caught:
        caller.call()
    assert caught.value.maybe_processed


def test_every_attempt_is_logged_with_a_request_id_of_its_own() -> None:
    """So that the service's log can be searched for it."""
    caller = Caller(BUSY, OK)
    response = caller.call()
    sent = [request.headers["X-request-id"] for request in caller.transport.sent]
    assert sent == [line["request_id"] for line in caller.log.events("request")]
    assert (2, sent[1]) == (len(set(sent)), response.request_id)


def test_every_request_names_its_sender_and_carries_the_key() -> None:
    """Some proxies refuse Python-urllib."""
    caller = Caller(OK)
    caller.call()
    headers = caller.transport.sent[0].headers
    assert headers["User-agent"].startswith("cloudact-jobs/")
    assert "k3y" == headers["X-ca-root-key"]


def test_neither_query_nor_key_is_logged() -> None:
    """Only what the operator needs."""
    caller = Caller(RESET, OK)
    caller.call()
    assert b"k3y" not in b"".join(caller.log.raw)
    assert b"y=1" not in b"".join(caller.log.raw)
