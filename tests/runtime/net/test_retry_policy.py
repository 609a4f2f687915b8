"""When a request may go again, and what wait an answer asks for; FR-SJ-005.5."""

from __future__ import annotations

import json
from email.message import Message

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from runtime.net import faults as fault
from runtime.net.faults import ConnectionFault
from runtime.net.response import Response
from runtime.net.retry_policy import EPOCH_THRESHOLD, RetryPolicy, read_wait, repeatable, unsent
from runtime.process.secret import Redactor

NOW = 1_774_958_400.0
KINDS = {value for name, value in vars(fault).items() if name.isupper() and isinstance(value, str)}
STATUSES = range(200, 600)
ORIGIN = {408, 425, 429, 500, 502, 503, 504}


def make_response(status: int = 429, body: object = None, **headers: str) -> Response:
    message = Message()
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    return Response("GET /x", status, message, json.dumps(body).encode(), "id", Redactor().shorten)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        (repeatable, ORIGIN),
        (unsent, {429}),
    ],
)
def test_the_retryable_statuses_are_named(policy: RetryPolicy, expected: set[int]) -> None:
    """These and no others, of all there are."""
    assert {status for status in STATUSES if policy(make_response(status))} == expected


def test_maintenance_is_the_one_503_that_unsent_calls_survive() -> None:
    """It says itself that it took nothing."""
    responses = [make_response(503, x_maintenance_mode=value) for value in ("true", "True ", "false")]
    assert [unsent(response) for response in responses] == [True, True, False]
    assert not unsent(make_response(500, x_maintenance_mode="true"))


@pytest.mark.parametrize("policy", [repeatable, unsent])
@pytest.mark.parametrize(
    "detail",
    [
        "Root API key not configured. Set CA_ROOT_API_KEY environment variable.",
        "CA_ROOT_API_KEY is not set on the server",
        {"error": "SERVICE_UNAVAILABLE", "message": "No root API key configured"},
    ],
)
def test_a_server_without_a_key_is_never_asked_again(policy: RetryPolicy, detail: object) -> None:
    """A 503 that no wait fixes, in any of the service's wordings and shapes."""
    assert not policy(make_response(503, {"detail": detail, "request_id": "r"}))


@pytest.mark.parametrize(
    "body", ["<meta name=keywords><p>not configured</p>", {"detail": "Database not configured"}, []]
)
def test_any_other_unavailability_may_pass(body: object) -> None:
    """A proxy's page is not the service's word on its key."""
    assert repeatable(make_response(503, body))


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        (repeatable, KINDS - {fault.CERTIFICATE, fault.TOO_LARGE}),
        (unsent, {fault.UNRESOLVED, fault.REFUSED, fault.UNREACHABLE, fault.HANDSHAKE}),
    ],
)
def test_the_retryable_faults_are_named(policy: RetryPolicy, expected: set[str]) -> None:
    """At every stage for what may be repeated; for the rest only if nobody was reached."""
    assert {kind for kind in KINDS if policy(ConnectionFault(kind, "x"))} == expected


def test_retry_after_counts_on_a_rate_limit_and_on_an_unavailable_service() -> None:
    """A Retry-After of any other status is nobody's promise."""
    assert {status for status in STATUSES if read_wait(make_response(status, retry_after="5"), NOW)} == {429, 503}


def test_the_rate_limits_reset_is_a_request_to_wait_on_a_429_alone() -> None:
    """Supabase sends X-RateLimit-Reset with every answer, a 503 included."""
    assert {status for status in STATUSES if read_wait(make_response(status, x_ratelimit_reset="9"), NOW)} == {429}


def test_the_first_useful_hint_counts() -> None:
    """The middleware's Retry-After is the time of day; then the backoff decides (0)."""
    epoch = str(int(NOW))
    assert read_wait(make_response(429, retry_after=epoch, x_ratelimit_reset=epoch), NOW) == 0
    assert read_wait(make_response(429, retry_after=epoch, x_ratelimit_reset="9"), NOW) == 9
    assert read_wait(make_response(429, retry_after="3", x_ratelimit_reset="9"), NOW) == 3


def test_a_body_asks_for_no_wait() -> None:
    """The service's `retry_after` is the time of day, under `detail` too."""
    assert read_wait(make_response(429, {"retry_after": int(NOW)}), NOW) == 0
    assert read_wait(make_response(429, {"detail": {"retry_after": int(NOW)}}), NOW) == 0


def test_a_point_in_time_to_come_is_waited_for() -> None:
    """A number beyond a billion is not a wait; what is left until then is one."""
    later = int(NOW) + 30
    assert read_wait(make_response(503, retry_after=str(later)), NOW) == later - NOW
    assert read_wait(make_response(429, x_ratelimit_reset=str(later)), NOW) == later - NOW


hints = st.one_of(
    st.integers().map(str),
    st.floats().map(str),
    st.datetimes().map(lambda moment: f"{moment:%a, %d %b %Y %H:%M:%S} GMT"),
    st.text(st.characters(min_codepoint=0x20, max_codepoint=0xFF)),
)


@given(st.sampled_from((429, 503)), hints, hints)
@example(429, "Mon, 99 Foo 99999 99:99:99 +9999", "1e400")
@example(429, "Fri, 31 Dec 9999 23:59:59 -2359", "9" * 5000)
@example(429, "²", "nan")
def test_no_hint_makes_an_error_or_an_impossible_wait(status: int, after: str, reset: str) -> None:
    """Headers may hold anything; the wait is a number of seconds that one could wait."""
    response = make_response(status, retry_after=after, x_ratelimit_reset=reset)
    assert 0.0 <= read_wait(response, NOW) < EPOCH_THRESHOLD
