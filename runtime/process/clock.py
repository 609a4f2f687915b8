"""The only source of time, waiting and chance."""

from __future__ import annotations

import random
import time
from _thread import LockType, allocate_lock, start_new_thread
from collections.abc import Callable
from datetime import UTC, datetime

from runtime.process.errors import TransientError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from threading import Event
    from typing import TypeVar

    T = TypeVar("T")

# A signal that arrives just before a wait begins is handled only after it.
STEP_SECONDS = 0.5


class Clock:
    """The real one. Tests and rehearsals pass an object with the same methods."""

    def monotonic(self) -> float:
        """Seconds since an arbitrary point; never goes back."""
        return time.monotonic()

    def epoch(self) -> float:
        """Seconds since 1970, UTC."""
        return time.time()

    def now(self) -> datetime:
        """The current moment, aware, UTC."""
        return datetime.fromtimestamp(self.epoch(), UTC)

    def sleep(self, seconds: float) -> None:
        """Waits, in steps that let a signal act."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            time.sleep(min(left, STEP_SECONDS))

    def sleep_until(self, event: Event, seconds: float) -> None:
        """Waits, but no longer than until the event."""
        event.wait(seconds)

    def uniform(self, low: float, high: float) -> float:
        """A random number between the two."""
        return random.uniform(low, high)

    def wait(self, lock: LockType, seconds: float) -> bool:
        """Waits until the lock can be taken, and takes it; false after so many seconds. In steps, like `sleep`."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > STEP_SECONDS:
            if lock.acquire(timeout=STEP_SECONDS):
                return True
        return lock.acquire(timeout=max(left, 0.0))

    def call_within(self, seconds: float, work: Callable[[], T]) -> T:
        """What `work` returns or raises; TimeoutError after so many seconds, with the work left behind.

        The work runs in a thread, so that a signal ends the wait at once. Raises TransientError if
        this machine has no thread left.
        """
        results: list[T] = []
        errors: list[BaseException] = []
        done = allocate_lock()
        done.acquire()

        def perform() -> None:
            try:
                results.append(work())
            except BaseException as error:  # noqa: BLE001 - it is raised again by the waiting thread
                errors.append(error)
            finally:
                done.release()

        try:
            start_new_thread(perform, ())
        except RuntimeError as error:
            raise TransientError(f"this machine has no thread left: {error}", "run the job again") from error
        if not self.wait(done, max(0.0, seconds)):
            raise TimeoutError(f"not done within {seconds:.0f} s")
        if errors:
            raise errors[0]
        return results[0]
