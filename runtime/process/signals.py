"""SIGTERM and Ctrl-C: the summary is written with what is done so far, and the process ends at once."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from types import FrameType

from runtime.process.errors import TERMINATED
from runtime.process.log import Log

CAUSES: dict[int, str] = {signal.SIGTERM: "SIGTERM", signal.SIGINT: "Ctrl-C"}


def stop_on_signals(log: Log, summarize: Callable[[str], object]) -> None:
    """From now on either signal makes the main thread call `summarize` with its cause, and the process end with 143.

    Nothing is raised: an exception would be lost in a callback of an import or of a finalizer, or handled as a fault.
    A signal in the middle of a line acts after it; after the summary, none does anything. Those that arrived since
    `__main__` blocked them act now.
    """

    def handle(number: int, _frame: FrameType | None) -> None:
        log.between_lines(lambda: stop(CAUSES[number]))

    def stop(cause: str) -> None:
        try:
            summarize(cause)
        finally:
            os._exit(TERMINATED)

    for number in CAUSES:
        signal.signal(number, handle)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, CAUSES)
