"""Mean latency, and how sure it is."""

from __future__ import annotations

LEAST_COUNT = 4
# Beyond so many the latencies vary for a reason that no longer sample tells.
MOST_COUNT = 150
# For an alarm: eight answers, three standard errors (one false alarm in 700 looks).
ALARM_COUNT = 8
ALARM_ERRORS = 3.0
# No answer takes less; a clock may say so.
RESOLUTION_SECONDS = 1e-6


class LatencySample:
    """Latencies of requests that were sent at one limit, in seconds."""

    __slots__ = ("_squares", "_total", "count")

    def __init__(self) -> None:
        self.count = 0
        self._total = 0.0
        self._squares = 0.0

    def add(self, seconds: float) -> None:
        """One more."""
        seconds = max(seconds, RESOLUTION_SECONDS)
        self.count += 1
        self._total += seconds
        self._squares += seconds * seconds

    @property
    def mean(self) -> float:
        """Their mean; there has to be one."""
        return self._total / self.count

    def is_settled(self, tolerance: float) -> bool:
        """Is the mean's standard error within this share of it?"""
        return self.count >= MOST_COUNT or (
            self.count >= LEAST_COUNT and self._standard_error() <= tolerance * self.mean
        )

    def exceeds(self, seconds: float) -> bool:
        """Is the mean surely above so many seconds (0: unknown)?"""
        enough = seconds > 0 and self.count >= ALARM_COUNT
        return enough and self.mean - ALARM_ERRORS * self._standard_error() > seconds

    def _standard_error(self) -> float:
        variance = self._squares / self.count - self.mean**2
        return float((max(0.0, variance) / self.count) ** 0.5)
