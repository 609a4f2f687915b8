"""Lets through as many threads as the limit says, and tells the limit what became of them."""

from __future__ import annotations

from threading import Condition, Lock

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import TracebackType

    from runtime.organizations.adaptive_limit import AdaptiveLimit
    from runtime.process.clock import Clock


class Gate:
    """`with gate:` around a thread's work, `again` before each further organization; a Pace (see HttpClient) in it.

    A thread keeps its place from one organization to the next while there is room: handing it over would wake another
    thread for each. Who waits for a retry makes room for others, and queues again, ahead of them. But while the last
    answer was an overload, no other organization is begun: in an outage each would spend its few attempts for nothing.
    """

    __slots__ = ("_active", "_begin", "_clock", "_inside", "_limit", "_lock", "_overloaded", "_resume", "_resuming")

    def __init__(self, limit: AdaptiveLimit, clock: Clock) -> None:
        self._limit = limit
        self._clock = clock
        self._lock = Lock()
        self._begin = Condition(self._lock)
        self._resume = Condition(self._lock)
        self._active = 0
        self._inside = 0
        self._resuming = 0
        self._overloaded = False

    def __enter__(self) -> None:
        with self._lock:
            self._take_place()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._lock:
            self._leave_place()

    def again(self) -> None:
        """Between two organizations: makes room where there are too many, or where somebody waits for a retry."""
        with self._lock:
            crowded = self._active > self._limit.limit or self._resuming
            if crowded or (self._overloaded and self._inside > 1):
                self._leave_place()
                self._take_place()

    def observe(self, started: float, status: int | None) -> None:
        """The answer to a request that was sent then; None where there was none."""
        with self._lock:
            self._limit.observe(started, self._clock.monotonic(), status)
            self._overloaded = self._limit.is_overload(status)
            self._wake()

    def sleep(self, seconds: float) -> None:
        """Waits outside, and for room again."""
        with self._lock:
            self._active -= 1
            self._wake()
        try:
            self._clock.sleep(seconds)
        finally:
            with self._lock:
                self._resuming += 1
                while self._active >= self._limit.limit:
                    self._resume.wait()
                self._resuming -= 1
                self._active += 1

    def _take_place(self) -> None:
        while self._active + self._resuming >= self._limit.limit or (self._overloaded and self._inside):
            self._begin.wait()
        self._active += 1
        self._inside += 1

    def _leave_place(self) -> None:
        self._active -= 1
        self._inside -= 1
        self._wake()

    def _wake(self) -> None:
        # Each of them looks again whether it may pass: waking one too many costs a little, one too few everything.
        room = self._limit.limit - self._active
        if room > 0:
            self._resume.notify(room)
            self._begin.notify(room)
