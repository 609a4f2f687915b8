"""Threads that sync organizations while the next pages are still being listed."""

from __future__ import annotations

from _thread import allocate_lock, start_new_thread
from collections.abc import Callable, Iterable
from queue import SimpleQueue

from runtime.organizations.limit import ConcurrencyLimiter
from runtime.process.clock import Clock
from runtime.process.errors import TransientError

PROGRESS_SECONDS = 10.0
# What hangs when the run has failed is not waited for longer.
GRACE_SECONDS = 5.0


class WorkerPool:
    """Runs `work` on every item of `source` in threads, as many at once as the limiter admits.

    `may_start` is asked before each item; once it says no, what is in flight is finished and nothing else begun. What
    `source` or `work` raises ends the run at once: waits end, and what hangs is left behind. Afterwards `stopped` says
    whether items are left, and `error` why, unless it was `may_start`.
    """

    def __init__(self, limiter: ConcurrencyLimiter, work: Callable[[str], None], may_start: Callable[[], bool]) -> None:
        self._limiter = limiter
        self._work = work
        self._may_start = may_start
        # Unbounded: its strings are those that the listing keeps anyway.
        self._queue: SimpleQueue[str | None] = SimpleQueue()
        self._state = allocate_lock()
        self._ended, self._idle = allocate_lock(), allocate_lock()
        self.threads = 0
        self.error: BaseException | None = None
        self.stopped = False

    def run(self, source: Iterable[str], size: int, clock: Clock, report: Callable[[], None]) -> None:
        """Returns when everything is done; `report` is called every 10 s meanwhile.

        The calling thread only waits, so that a signal reaches it at once. With fewer threads than `size` the run takes
        longer; TransientError if none can be started.
        """
        self._ended.acquire()
        self._idle.acquire()
        self._start_threads(source, size)
        while not clock.wait(self._ended, PROGRESS_SECONDS):
            report()
        if self.error is not None:
            clock.wait(self._idle, GRACE_SECONDS)

    def _start_threads(self, source: Iterable[str], size: int) -> None:
        with self._state:
            try:
                start_new_thread(self._list, (source,))
                for _ in range(size):
                    start_new_thread(self._consume, ())
                    self.threads += 1
            except RuntimeError as error:
                if not self.threads:
                    raise TransientError(f"no thread can be started: {error}", "run the job again") from error

    def _stop(self, error: BaseException | None) -> None:
        with self._state:
            self.stopped = True
            # After the last thread nobody waits for an error any more.
            if error is None or self.error is not None or not self.threads:
                return
            self.error = error
        self._limiter.stop()
        self._ended.release()

    def _list(self, source: Iterable[str]) -> None:
        try:
            for item in source:
                if self.stopped:
                    break
                self._queue.put(item)
        except BaseException as error:  # noqa: BLE001 - handed to the thread that called run
            self._stop(error)
        self._queue.put(None)

    def _consume(self) -> None:
        try:
            while not self.stopped and (item := self._queue.get()) is not None:
                with self._limiter:
                    if self._may_start():
                        self._work(item)
                    else:
                        self._stop(None)
        except BaseException as error:  # noqa: BLE001 - handed to the thread that called run
            self._stop(error)
        # For the next one.
        self._queue.put(None)
        with self._state:
            self.threads -= 1
            if self.threads == 0:
                self._idle.release()
                if self.error is None:
                    self._ended.release()
