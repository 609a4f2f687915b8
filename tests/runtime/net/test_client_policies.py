"""What a call goes again after, under each policy: FR-SJ-005.5."""

from __future__ import annotations

import pytest

from runtime.net import faults as fault
from runtime.net.client import NoAnswer
from runtime.net.faults import ConnectionFault
from runtime.net.retry_policy import repeatable, unsent
from runtime.services.supabase import is_unclear
from tests.support.caller import KINDS, OK, Caller
from tests.support.scripted_transport import Answer

NOTHING_SENT = (fault.UNRESOLVED, fault.REFUSED, fault.UNREACHABLE, fault.HANDSHAKE)


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
    assert 200 == Caller(Answer(status), Answer(200, [])).call(is_unclear).status


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


@pytest.mark.parametrize("kind", NOTHING_SENT)
def test_unsent_calls_go_again_if_nothing_was_sent(kind: str) -> None:
    """Nobody was reached, so nobody was notified."""
    assert 200 == Caller(ConnectionFault(kind, "x"), OK).call(unsent).status


@pytest.mark.parametrize("answer", [Answer(429), Answer(503, {}, {"x-maintenance-mode": "true"})])
def test_unsent_calls_go_again_after_a_refusal_at_the_door(answer: Answer) -> None:
    """The limiter and the maintenance mode answer before anything is done."""
    assert 200 == Caller(answer, OK).call(unsent).status


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in NOTHING_SENT])
def test_unsent_calls_never_go_again_after_an_ambiguous_fault(kind: str) -> None:
    """A second notification cannot be taken back."""
    caller = Caller(ConnectionFault(kind, "x"), OK)
    with pytest.raises(NoAnswer) as caught:
        caller.call(unsent)
    assert 1 == caller.attempts
    assert caught.value.maybe_processed


@pytest.mark.parametrize("status", [408, 500, 502, 503, 504])
def test_unsent_calls_never_go_again_after_a_server_error(status: int) -> None:
    """A proxy's 502 says nothing about what the service did."""
    caller = Caller(Answer(status), OK)
    assert status == caller.call(unsent).status
    assert 1 == caller.attempts


def test_unsent_calls_use_a_connection_that_nothing_was_sent_on() -> None:
    """Else a closed idle connection would be an ambiguous outcome."""
    caller = Caller(OK)
    caller.call(unsent)
    caller.call(repeatable)
    assert [True, False] == [request.has_header("Connection") for request in caller.transport.sent]


def test_a_server_without_a_key_is_not_asked_again() -> None:
    """No retry fixes a configuration."""
    caller = Caller(Answer(503, {"detail": "Admin API key not configured", "request_id": "r"}), OK)
    assert 503 == caller.call().status
    assert 1 == caller.attempts
