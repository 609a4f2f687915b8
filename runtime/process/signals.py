"""SIGTERM as an exception of the main thread: Terminated, once, and again where Python dropped it."""

from __future__ import annotations

import signal
import sys

from runtime.process.errors import Terminated

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType

    from runtime.process.log import Log

# Long enough to be out of the callback that nothing can be raised through.
AGAIN_SECONDS = 0.01


class Termination:
    """From its making on SIGTERM interrupts the main thread, as soon as the log permits it, until `disarm`."""

    __slots__ = ("_armed", "_log")

    def __init__(self, log: Log) -> None:
        self._log = log
        self._armed = True
        sys.unraisablehook = self._raise_again
        signal.signal(signal.SIGTERM, self._stop)

    def _stop(self, number: int, frame: FrameType | None) -> None:
        if self._armed:
            self._armed = False
            self._log.interrupt()

    def _raise_again(self, dropped: sys.UnraisableHookArgs) -> None:
        # A signal may arrive in a finalizer, or in a callback such as importlib has for its locks: Python reports what
        # is raised there, and goes on as if nothing had been.
        if dropped.exc_type is Terminated:
            self._armed = True
            _repeat(self._stop)
        elif dropped.exc_type is KeyboardInterrupt:
            _repeat(signal.default_int_handler)
        else:
            sys.__unraisablehook__(dropped)


def disarm() -> None:
    """From now on neither SIGTERM nor another Ctrl-C changes anything: the summary is being written."""
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGALRM):
        signal.signal(number, signal.SIG_IGN)


def _repeat(handler: Callable[[int, FrameType | None], object]) -> None:
    signal.signal(signal.SIGALRM, handler)
    signal.setitimer(signal.ITIMER_REAL, AGAIN_SECONDS)
