"""The delay before a retry: pure, no I/O."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

BASE_SECONDS = 1.0
CAP_SECONDS = 40.0
# The waits add up to 90 s on average, which outlasts the service's sliding windows of 60 s.
MAX_ATTEMPTS = 10


def draw_delay(retry: int, uniform: Callable[[float, float], float]) -> float:
    """Seconds before retry number `retry` (from 0): full jitter, uniform(0, min(cap, base * 2**retry)).

    Source: Marc Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015.
    """
    return uniform(0.0, min(CAP_SECONDS, BASE_SECONDS * 2.0 ** min(retry, 32)))
