"""Virtual time of which every thread has its own: what several wait for at once passes once."""

from __future__ import annotations

import threading
from _thread import LockType
from collections.abc import Callable
from datetime import datetime

from tests.support.virtual_clock import START, VirtualClock


class ParallelClock(VirtualClock):
    """A thread starts at its maker's time; a thread that waits for others goes on at the latest of theirs.

    `on_sleep` is called after each wait: what the world does meanwhile.
    """

    def __init__(
        self, start: datetime = START, fraction: float = 1.0, on_sleep: Callable[[], object] = lambda: None
    ) -> None:
        super().__init__(start, fraction)
        self._own = threading.local()
        self._lock = threading.Lock()
        self._maker = threading.get_ident()
        self._latest = self.moment
        self._on_sleep = on_sleep

    def monotonic(self) -> float:
        own: float = getattr(self._own, "moment", self.moment)
        return own

    epoch = monotonic

    def advance(self, seconds: float) -> None:
        """This thread was busy so long."""
        self._set(self.monotonic() + seconds)

    def sleep(self, seconds: float) -> None:
        self.advance(seconds)
        self._on_sleep()

    def wait(self, lock: LockType, seconds: float) -> bool:
        taken = lock.acquire()
        self._set(max(self.monotonic(), self._latest))
        return taken

    def _set(self, moment: float) -> None:
        with self._lock:
            self._own.moment = moment
            self._latest = max(self._latest, moment)
            if threading.get_ident() == self._maker:
                self.moment = moment
