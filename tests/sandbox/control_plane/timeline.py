"""The stand-in's time: the machine's, or one that stands still between advances."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta


class Timeline:
    """Time, and the one lock around all state: who changes state wakes whoever waits for a change or a moment."""

    def __init__(self, start: datetime | None = None) -> None:
        """`start` (aware) is where time stands still; None lets it flow as on the machine."""
        self._held = start
        self._changed = threading.Condition(threading.RLock())

    @property
    def flows(self) -> bool:
        """Whether time goes on by itself."""
        return self._held is None

    def now(self) -> datetime:
        """The current moment, aware, UTC."""
        return self._held or datetime.now(UTC)

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

    def wait(self, happened: Callable[[], bool], seconds: float | None = None) -> bool:
        """Waits until something has happened (true) or the seconds of this timeline are over (false)."""
        if seconds is None or self._held is None:
            with self._changed:
                return self._changed.wait_for(happened, seconds)
        deadline = self.now() + timedelta(seconds=seconds)
        with self._changed:
            self._changed.wait_for(lambda: happened() or self.now() >= deadline)
            return happened()
