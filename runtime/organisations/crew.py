"""Threads that sync organisations while the next pages are still being listed."""

from __future__ import annotations

from _thread import allocate_lock, start_new_thread
from contextlib import suppress
from queue import Empty, Full, Queue

from runtime.admin_api import PAGE_SIZE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from contextlib import AbstractContextManager

    from runtime.clock import Clock

PROGRESS_SECONDS = 10.0


class Crew:
    """Runs `work` on every item of `source` in `size` threads, a page ahead of them, each inside `gate`.

    `may_start` is asked before each item; once it says no, what is in flight is finished and nothing else
    begun. Whatever `source` or `work` raises ends the run in the same way and is kept in `error`.
    """

    __slots__ = (
        "_finished",
        "_gate",
        "_items",
        "_may_start",
        "_running",
        "_source",
        "_state",
        "_work",
        "error",
        "stopped",
    )

    def __init__(
        self,
        source: Iterable[str],
        work: Callable[[str], None],
        gate: AbstractContextManager[None],
        may_start: Callable[[], bool],
    ) -> None:
        self._source = source
        self._work = work
        self._gate = gate
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
        start_new_thread(self._produce, ())
        for _ in range(size):
            start_new_thread(self._consume, ())
        while not clock.wait(self._finished, PROGRESS_SECONDS):
            report()
        self._release_producer()

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
                    break
        except BaseException as error:  # noqa: BLE001 - handed to the thread that called run
            # Before the end of the list is announced: who sees the one has to see the other.
            self._stop(error)
        self._items.put(None)

    def _consume(self) -> None:
        while (item := self._items.get()) is not None and not self.stopped:
            # Asked inside the gate: the wait in front of it may be long.
            with self._gate:
                if self.stopped:
                    break
                self._attempt(item)
        self._wake_consumer()
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
