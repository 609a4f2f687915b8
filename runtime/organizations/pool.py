"""Threads that sync organizations while the next pages are still being listed."""

from __future__ import annotations

from _thread import allocate_lock, start_new_thread

from runtime.organizations.backlog import Backlog

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from contextlib import AbstractContextManager
    from typing import Protocol

    from runtime.process.clock import Clock

    class Turns(AbstractContextManager[None], Protocol):
        """Says when a thread may begin with an item: on the way in, and `again` before each further one."""

        def again(self) -> None:
            """Returns when the next may be begun."""


PROGRESS_SECONDS = 10.0


class Crew:
    """Runs `work` on every item of `source` in `size` threads, two pages ahead of them at most, as `turns` permits.

    `may_start` is asked before each item; once it says no, what is in flight is finished and nothing else
    begun. Whatever `source` or `work` raises ends the run in the same way and is kept in `error`.
    """

    __slots__ = (
        "_backlog",
        "_finished",
        "_may_start",
        "_running",
        "_source",
        "_state",
        "_turns",
        "_work",
        "error",
        "stopped",
    )

    def __init__(
        self, source: Iterable[str], work: Callable[[str], None], turns: Turns, may_start: Callable[[], bool]
    ) -> None:
        self._source = source
        self._work = work
        self._turns = turns
        self._may_start = may_start
        self._backlog = Backlog()
        self._finished = allocate_lock()
        self._state = allocate_lock()
        self._running = 0
        self.error: BaseException | None = None
        self.stopped = False

    def run(self, size: int, clock: Clock, report: Callable[[], None]) -> None:
        """Returns when everything is done; `report` is called every 10 s meanwhile.

        The calling thread only waits, so that a signal reaches it at once.
        """
        self._finished.acquire()
        self._running = size
        start_new_thread(self._produce, ())
        for _ in range(size):
            start_new_thread(self._consume, ())
        while not clock.wait(self._finished, PROGRESS_SECONDS):
            report()

    def _stop(self, error: BaseException | None) -> None:
        # Before the end is announced: who sees the one has to see the other.
        with self._state:
            self.error = self.error or error
            self.stopped = True
        self._backlog.end(drop=True)

    def _produce(self) -> None:
        try:
            for item in self._source:
                if not self._backlog.put(item):
                    break
        except BaseException as error:  # noqa: BLE001 - handed to the thread that called run
            self._stop(error)
        self._backlog.end()

    def _consume(self) -> None:
        # Whoever waits for the listing takes no turn from those who have something to do.
        while self._backlog.wait():
            with self._turns:
                while (item := self._backlog.take()) is not None:
                    self._attempt(item)
                    self._turns.again()
        with self._state:
            self._running -= 1
            last = self._running == 0
        if last:
            self._finished.release()

    def _attempt(self, item: str) -> None:
        try:
            if self._may_start():
                self._work(item)
            else:
                self._stop(None)
        except BaseException as error:  # noqa: BLE001 - handed to the thread that called run
            self._stop(error)
