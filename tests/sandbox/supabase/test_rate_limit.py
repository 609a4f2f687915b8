"""120 requests a minute per user, project and endpoint."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from sandbox.postgres import Cluster
from sandbox.supabase import REF, SECOND_TOKEN, Supabase
from sandbox.supabase.rate_limit import RateLimiter
from tests.sandbox.supabase.client import Answer, Client

OTHER_REF = "ovfxswhkkshouhsryzaf"
REFUSED = {"message": "ThrottlerException: Too Many Requests"}


class Hand:
    """A clock whose hand a test moves, in seconds."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def hand() -> Hand:
    """The clock."""
    return Hand()


@pytest.fixture
def client(cluster: Cluster, hand: Hand) -> Iterator[Client]:
    """A client of two projects whose requests need no database: they have no query."""
    with Supabase(cluster, (REF, OTHER_REF), clock=hand) as supabase:
        yield Client(supabase)


def _limits(answer: Answer) -> tuple[int, str, str, str]:
    headers = [answer.headers[f"x-ratelimit-{name}"] for name in ("limit", "remaining", "reset")]
    return answer.status, headers[0], headers[1], headers[2]


def _use_up(client: Client) -> None:
    for _ in range(120):
        client.post({})


def test_every_answer_says_what_is_left(client: Client, hand: Hand) -> None:
    """Good, bad and unauthorized ones; the reset is in seconds, rounded up."""
    assert _limits(client.query("SELECT 1")) == (201, "120", "119", "60")
    hand.seconds = 20.5
    assert _limits(client.post({})) == (400, "120", "118", "40")
    assert _limits(client.post({}, headers={"Authorization": ""})) == (401, "120", "119", "60")


def test_429_beyond_the_limit_without_retry_after(client: Client) -> None:
    """Only X-RateLimit-Reset says how long."""
    _use_up(client)
    answer = client.query("SELECT 1")
    assert (answer.outcome, _limits(answer)) == ((429, REFUSED), (429, "120", "0", "60"))
    assert "retry-after" not in answer.headers


def test_the_limit_is_shared_by_the_tokens_of_a_user_but_not_by_projects(client: Client) -> None:
    """A second token does not help; another project has its own minute."""
    _use_up(client)
    second = {"Authorization": f"Bearer {SECOND_TOKEN}"}
    assert (client.post({}, headers=second).status, client.post({}, ref=OTHER_REF).status) == (429, 400)


def test_a_client_over_the_limit_waits_a_minute_from_then() -> None:
    """Further requests meanwhile neither pass nor prolong it."""
    hand = Hand()
    limiter = RateLimiter(hand)
    granted = [limiter.take("user").granted for _ in range(120)]
    hand.seconds = 59
    granted += [limiter.take("user").granted]
    hand.seconds = 118
    granted += [limiter.take("user").granted]
    hand.seconds = 119
    granted += [limiter.take("user").granted]
    assert granted == [True] * 120 + [False, False, True]
