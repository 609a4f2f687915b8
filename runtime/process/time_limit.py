"""A limit for work that has none itself."""

from __future__ import annotations

from _thread import allocate_lock, start_new_thread
from collections.abc import Callable

from runtime.process.clock import Clock
from runtime.process.errors import TransientError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeVar

    T = TypeVar("T")


def call_within(seconds: float, work: Callable[[], T], clock: Clock) -> T:
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
    if not clock.wait(done, max(0.0, seconds)):
        raise TimeoutError(f"not done within {seconds:.0f} s")
    if errors:
        raise errors[0]
    return results[0]
