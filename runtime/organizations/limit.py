"""Admits as many threads as the service answers faster for, and ends their waits."""

from __future__ import annotations

from threading import Condition, Event, Lock

from runtime.net.request import Pace
from runtime.organizations.hill_climb import OVERLOADED, HillClimb
from runtime.process.clock import Clock


class Stopped(Exception):
    """The run has ended: nothing more is sent."""


class StopSignal(Pace):
    """The end of the run, for those who wait; the pace of calls that no limit holds."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._stopped = Event()

    def set(self) -> None:
        """Ends all waits."""
        self._stopped.set()

    def check(self) -> None:
        """Raises Stopped once the run has ended."""
        if self._stopped.is_set():
            raise Stopped

    def observe(self, *_: object) -> None:
        """Learns nothing from an answer; raises Stopped once the run has ended."""
        self.check()

    def sleep(self, seconds: float) -> None:
        """Waits; raises Stopped as soon as the run ends."""
        self._clock.sleep_until(self._stopped, seconds)
        self.check()


class ConcurrencyLimiter(Pace):
    """`with limiter:` around an organization's calls; their pace.

    A thread that waits for a retry makes room for another one, and queues again. But while the last answer was an
    overload no other organization is begun: in an outage each would spend its few attempts for nothing.
    """

    def __init__(self, most: int, clock: Clock, signal: StopSignal) -> None:
        self._climb = HillClimb(most)
        self._clock = clock
        self._signal = signal
        self._changed = Condition(Lock())
        self._active = 0
        self._inside = 0
        self._overloaded = False

    def __enter__(self) -> None:
        with self._changed:
            self._enter(begins=True)
            self._inside += 1

    def __exit__(self, *_: object) -> None:
        with self._changed:
            self._inside -= 1
            self._leave()

    def observe(self, started: float, status: int | None) -> None:
        """The answer to a request that was sent then; None if there was none."""
        with self._changed:
            self._climb.observe(started, self._clock.monotonic(), status)
            self._overloaded = status in OVERLOADED
            self._wake()

    def sleep(self, seconds: float) -> None:
        """Waits outside, and for room again; raises Stopped as soon as the run ends."""
        with self._changed:
            self._leave()
        # If that raises, the thread's place is not taken again; from then on nobody counts.
        self._signal.sleep(seconds)
        with self._changed:
            self._enter(begins=False)

    def stop(self) -> None:
        """Ends the run: all waits raise Stopped."""
        self._signal.set()
        with self._changed:
            self._changed.notify_all()

    def _enter(self, *, begins: bool) -> None:
        self._signal.check()
        while self._active >= self._climb.limit or (begins and self._overloaded and self._inside):
            self._changed.wait()
            self._signal.check()
        self._active += 1

    def _leave(self) -> None:
        self._active -= 1
        self._wake()

    def _wake(self) -> None:
        # Each of them looks again whether it may pass: waking one too many costs a little, one too few everything. In
        # an outage some that wait must not begin, and a retry that may go on can stand behind them.
        room = max(self._climb.limit - self._active, 0)
        if room and self._overloaded:
            self._changed.notify_all()
        else:
            self._changed.notify(room)
