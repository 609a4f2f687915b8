"""How long a retry waits, and when there is none any more: one budget for every service; FR-SJ-005.5."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtime.net.retry import BASE_SECONDS, CAP_SECONDS, MAX_ATTEMPTS, GaveUp, RetryBudget, draw_delay
from runtime.process.clock import Clock
from tests.support.records import Records
from tests.support.virtual_clock import VirtualClock


class _Library:
    """Fails so many times before it answers."""

    def __init__(self, failures: int, error: Exception) -> None:
        self.failures = failures
        self.error = error
        self.calls: list[tuple[Any, ...]] = []

    def call(self, *arguments: Any, **options: Any) -> str:
        self.calls.append((*arguments, options))
        if len(self.calls) <= self.failures:
            raise self.error
        return "answer"


class _Stopped(Exception):
    """What a pool raises to end its threads."""


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock()


@pytest.fixture
def log(clock: VirtualClock) -> Records:
    return Records(clock)


@pytest.fixture
def budget(clock: VirtualClock, log: Records) -> RetryBudget:
    return RetryBudget("BigQuery", clock=clock, log=log, deadline=clock.monotonic() + 1000.0)


def _persist(budget: RetryBudget, call: Callable[..., str]) -> Callable[..., str]:
    persistent: Callable[..., str] = budget.decorate(lambda error: isinstance(error, OSError), str)(call)
    return persistent


def test_delays_double_up_to_the_cap() -> None:
    """The upper bounds of the full jitter, one for each retry that a call may make."""
    bounds = [draw_delay(retry, lambda _, high: high) for retry in range(MAX_ATTEMPTS - 1)]
    assert bounds == [1, 2, 4, 8, 16, 32, 40, 40, 40]


def test_delays_begin_at_nothing() -> None:
    """Full jitter: the lower bound is always zero, so that clients spread over the whole span."""
    assert [draw_delay(retry, lambda low, _: low) for retry in range(MAX_ATTEMPTS)] == [0.0] * MAX_ATTEMPTS


def test_the_waits_outlast_the_services_window_on_average() -> None:
    """A rate limit slides over 60 s and names no wait (contract): the retries have to reach beyond it."""
    mean = sum(draw_delay(retry, lambda low, high: (low + high) / 2) for retry in range(MAX_ATTEMPTS - 1))
    assert mean > 60.0


@given(st.integers(0, 10**9))
def test_no_delay_exceeds_the_cap(retry: int) -> None:
    """However many attempts there were: no overflow either."""
    assert 0.0 <= draw_delay(retry, Clock().uniform) <= min(CAP_SECONDS, BASE_SECONDS * 2.0 ** min(retry, 64))


def test_every_wait_is_logged_with_its_reason(budget: RetryBudget, clock: VirtualClock, log: Records) -> None:
    """The call of a library is repeated as it was; one line for each wait."""
    library = _Library(2, OSError("gone"))
    assert _persist(budget, library.call)(1, key=2) == "answer"
    assert library.calls == [(1, {"key": 2})] * 3
    told = [(line["call"], line["attempt"], line["wait_seconds"], line["reason"]) for line in log.events("retry")]
    assert told == [("BigQuery", 1, 1.0, "gone"), ("BigQuery", 2, 2.0, "gone")]
    assert clock.waits == [1.0, 2.0]


def test_fault_that_does_not_pass_is_raised_at_once(budget: RetryBudget, clock: VirtualClock) -> None:
    """It is the library's own error that comes through."""
    with pytest.raises(KeyError):
        _persist(budget, _Library(1, KeyError("x")).call)()
    assert clock.waits == []


def test_budget_is_shared_by_all_calls(budget: RetryBudget) -> None:
    """A retry inside a retry does not multiply the attempts."""
    library = _Library(1000, OSError("gone"))
    outer = _persist(budget, _persist(budget, library.call))
    with pytest.raises(GaveUp, match=f"after {MAX_ATTEMPTS} of {MAX_ATTEMPTS} attempts, the last with gone"):
        outer()
    assert len(library.calls) == MAX_ATTEMPTS


def test_no_wait_is_named_after_the_last_attempt(clock: VirtualClock, log: Records) -> None:
    """Even if the time would not have sufficed for one: there is no next attempt."""
    budget = RetryBudget("it", clock=clock, log=log, deadline=clock.monotonic() + 0.5, attempts=1)
    with pytest.raises(GaveUp) as caught:
        budget.pause("503: down")
    assert caught.value.problem == "it gave up after 1 of 1 attempts, the last with 503: down"


def test_a_wait_may_be_ended_from_outside(clock: VirtualClock, log: Records) -> None:
    """An exception of the wait function stops a call between two attempts: it comes through, nothing is sent."""

    def stop(_: float) -> None:
        raise _Stopped

    budget = RetryBudget("it", clock=clock, log=log, deadline=clock.monotonic() + 1000.0, sleep=stop)
    library = _Library(1000, OSError("gone"))
    with pytest.raises(_Stopped):
        _persist(budget, library.call)()
    assert len(library.calls) == 1
