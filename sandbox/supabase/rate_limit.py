"""The API's limit: requests in a minute per user, project and endpoint, with any of the user's tokens."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

REQUESTS_PER_WINDOW = 120
WINDOW_SECONDS = 60.0


@dataclass(slots=True)
class _Window:
    ends: float
    used: int = 0


@dataclass(frozen=True, slots=True)
class Allowance:
    """What one request finds: whether it may pass, and the headers that say how much is left."""

    granted: bool
    headers: dict[str, str]


class RateLimiter:
    """A window opens with its first request; a caller that exceeds it is refused for a whole window from then."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._windows: dict[tuple[str, ...], _Window] = {}

    def take(self, *bucket: str) -> Allowance:
        """Counts one request."""
        now = self._clock()
        window = self._windows.get(bucket)
        if window is None or now >= window.ends:
            window = self._windows[bucket] = _Window(now + WINDOW_SECONDS)
        window.used += 1
        if window.used == REQUESTS_PER_WINDOW + 1:
            window.ends = now + WINDOW_SECONDS
        headers = {
            "X-RateLimit-Limit": str(REQUESTS_PER_WINDOW),
            "X-RateLimit-Remaining": str(max(0, REQUESTS_PER_WINDOW - window.used)),
            "X-RateLimit-Reset": str(math.ceil(window.ends - now)),
        }
        return Allowance(window.used <= REQUESTS_PER_WINDOW, headers)
