"""A clock that moves only when somebody waits."""

from __future__ import annotations

from _thread import LockType
from collections.abc import Callable
from datetime import UTC, datetime
from threading import Event

from runtime.process.clock import Clock

START = datetime(2026, 3, 31, 12, 0, tzinfo=UTC)


class VirtualClock(Clock):
    """Waits take no time and are kept in `waits`; `uniform` gives the upper bound unless told otherwise.

    Each wait for a lock does the next of the steps in `meanwhile` and times out; after the last it gets the lock.
    """

    __slots__ = ("fraction", "meanwhile", "moment", "waits")

    def __init__(self, start: datetime = START, fraction: float = 1.0) -> None:
        self.moment = start.timestamp()
        self.fraction = fraction
        self.waits: list[float] = []
        self.meanwhile: list[Callable[[], object]] = []

    def monotonic(self) -> float:
        return self.moment

    def epoch(self) -> float:
        return self.moment

    def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.moment += seconds

    def sleep_until(self, event: Event, seconds: float) -> None:
        if not event.is_set():
            self.sleep(seconds)

    def advance(self, seconds: float) -> None:
        """Time passes while something else than a wait goes on."""
        self.moment += seconds

    def uniform(self, low: float, high: float) -> float:
        return low + (high - low) * self.fraction

    def wait(self, lock: LockType, seconds: float) -> bool:
        if not self.meanwhile:
            return lock.acquire()
        self.meanwhile.pop(0)()
        self.moment += seconds
        return False
