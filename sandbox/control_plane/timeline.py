"""The stand-in's time: the machine's, or one that stands still between advances."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta


class Timeline:
    """Time, and the one lock around all state: a change of state wakes all who wait for a change or a moment."""

    def __init__(self, start: datetime | None = None) -> None:
        """`start` (aware) is where time stands still; None lets it flow as on the machine."""
        self._held = start
        self._ahead = timedelta()
        self._over = False
        self._changed = threading.Condition(threading.RLock())
        # The moment to which flowing time was put last.
        self.set_to = self.now()

    @property
    def flows(self) -> bool:
        """Whether time goes on by itself."""
        return self._held is None

    def now(self) -> datetime:
        """The current moment, aware, UTC."""
        return self._held or datetime.now(UTC) + self._ahead

    @property
    def ahead(self) -> timedelta:
        """How far flowing time is ahead of the machine's."""
        return self._ahead

    def set_ahead(self, ahead: timedelta) -> None:
        """Puts flowing time so far ahead of the machine's, and wakes the waiters."""
        with self.change():
            self._ahead = ahead
            self.set_to = self.now()

    def advance_to(self, moment: datetime) -> None:
        """Moves time on. Raises ValueError if it flows by itself or the moment has passed."""
        with self.change():
            if self._held is None or moment < self._held:
                raise ValueError(
                    f"time is at {self.now()}{' and flows by itself' if self.flows else ''}, not before {moment}"
                )
            self._held = moment

    def advance(self, seconds: float) -> None:
        """Moves time on by some seconds."""
        self.advance_to(self.now() + timedelta(seconds=seconds))

    @contextmanager
    def change(self) -> Iterator[None]:
        """Holds the lock, to read or change state, and wakes the waiters."""
        with self._changed:
            yield
            self._changed.notify_all()

    def wake(self) -> None:
        """Wakes the waiters after a change that was made without the lock."""
        with self.change():
            pass

    def wait(self, happened: Callable[[], bool], until: datetime | None = None) -> bool:
        """Waits until something has happened (true) or the moment has come (false)."""
        with self._changed:
            if until is None:
                return self._changed.wait_for(happened)
            timeout = max(0.0, (until - self.now()).total_seconds()) if self.flows else None
            self._changed.wait_for(lambda: happened() or self._over or self.now() >= until, timeout)
            return happened()

    def end(self) -> None:
        """No wait for a moment lasts any longer: what is left is to clear up."""
        with self.change():
            self._over = True
