"""Threads that sync organisations while the next pages are still being listed."""

from __future__ import annotations

from _thread import allocate_lock, start_new_thread
from contextlib import suppress
from queue import Empty, Full, Queue

from runtime.admin_api import PAGE_SIZE, KeyRefused

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from runtime.clock import Clock

PROGRESS_SECONDS = 10.0


class Crew:
    """Runs `work` on every item of `source` in `size` threads, a page ahead of them.

    `may_start` is asked before each item; once it says no, what is in flight is finished and nothing else
    begun. An error of `source` or a KeyRefused of `work` ends the run in the same way and is kept in `error`.
    """

    __slots__ = ("_finished", "_items", "_may_start", "_running", "_source", "_state", "_work", "error", "stopped")

    def __init__(self, source: Iterable[str], work: Callable[[str], None], may_start: Callable[[], bool]) -> None:
        self._source = source
        self._work = work
        self._may_start = may_start
        self._items: Queue[str | None] = Queue(maxsize=2 * PAGE_SIZE)
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
        start_new_thread(self._guard, (self._produce,))
        for _ in range(size):
            start_new_thread(self._guard, (self._consume,))
        while not clock.wait(self._finished, PROGRESS_SECONDS):
            report()
        self._release_producer()

    def _guard(self, step: Callable[[], None]) -> None:
        try:
            step()
        except BaseException as error:  # noqa: BLE001 - handed to the thread that called run
            self._stop(error)

    def _stop(self, error: BaseException | None) -> None:
        with self._state:
            self.error = self.error or error
            self.stopped = True
        self._wake_consumer()

    def _wake_consumer(self) -> None:
        # With a full queue nobody sleeps on it.
        with suppress(Full):
            self._items.put_nowait(None)

    def _release_producer(self) -> None:
        with suppress(Empty):
            while True:
                self._items.get_nowait()

    def _produce(self) -> None:
        try:
            for item in self._source:
                self._items.put(item)
                if self.stopped:
                    return
        finally:
            self._items.put(None)

    def _consume(self) -> None:
        try:
            while (item := self._items.get()) is not None and not self.stopped:
                if self._may_start():
                    self._attempt(item)
                else:
                    self._stop(None)
        finally:
            self._wake_consumer()
            with self._state:
                self._running -= 1
                last = self._running == 0
            if last:
                self._finished.release()

    def _attempt(self, item: str) -> None:
        try:
            self._work(item)
        except KeyRefused as error:
            self._stop(error)
