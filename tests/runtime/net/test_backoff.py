"""The delay series: FR-SJ-005.5."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from runtime.net.backoff import BASE_SECONDS, CAP_SECONDS, MAX_ATTEMPTS, draw_delay
from runtime.process.clock import Clock


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
