"""How many requests are in flight: follows the service's latency and errors."""

from __future__ import annotations

from threading import Condition

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import TracebackType

BACKOFF_RATIO = 0.5


class AdaptiveLimit:
    """A gate that at most `limit` threads are inside of; additive increase, multiplicative decrease.

    Source: Chiu and Jain, "Analysis of the Increase and Decrease Algorithms for Congestion Avoidance",
    Computer Networks 17, 1989.
    """

    __slots__ = ("_condition", "_inside", "_most", "limit")

    def __init__(self, most: int) -> None:
        self._condition = Condition()
        self._inside = 0
        self._most = most
        self.limit = float(most)

    def __enter__(self) -> None:
        with self._condition:
            while self._inside >= max(1, int(self.limit)):
                self._condition.wait()
            self._inside += 1

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._condition:
            self._inside -= 1
            self._condition.notify()

    def observe(self, seconds: float, overloaded: bool) -> None:
        """What HttpClient tells of each attempt."""
        with self._condition:
            if overloaded:
                self.limit = max(1.0, self.limit * BACKOFF_RATIO)
            elif self.limit < self._most:
                self.limit = min(float(self._most), self.limit + 1.0 / self.limit)
                self._condition.notify()
