"""The only source of time, waiting and chance."""

from __future__ import annotations

import random
import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from _thread import LockType
    from datetime import datetime


class Clock:
    """The real one. Tests and rehearsals pass an object with the same methods."""

    __slots__ = ()

    def monotonic(self) -> float:
        """Seconds since an arbitrary point; never goes back."""
        return time.monotonic()

    def epoch(self) -> float:
        """Seconds since 1970, UTC."""
        return time.time()

    def now(self) -> datetime:
        """The current moment, aware, UTC."""
        from datetime import UTC, datetime

        return datetime.fromtimestamp(self.epoch(), UTC)

    def sleep(self, seconds: float) -> None:
        """Waits; a signal whose handler raises ends it."""
        time.sleep(seconds)

    def uniform(self, low: float, high: float) -> float:
        """A random number between the two."""
        return random.uniform(low, high)

    def wait(self, lock: LockType, seconds: float) -> bool:
        """Waits until the lock can be taken, and takes it; false after so many seconds."""
        return lock.acquire(timeout=seconds)
