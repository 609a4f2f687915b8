"""A fault that is on: whom it has hit, and who waits in it."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import Future
from typing import Any

from sandbox.faults.fault import Fault

ARRIVAL_SECONDS = 30.0


class Armed:
    """A fault that is on: `hits` so far, and the means to wait for one and to let it go."""

    def __init__(self, fault: Fault) -> None:
        self.fault = fault
        self.seen = 0
        self.hits = 0
        self._struck = threading.Event()
        self._released: Future[bool] = Future()

    def wait(self, seconds: float = ARRIVAL_SECONDS) -> None:
        """Returns once a request was hit and, with `handled`, its handler is through.

        Raises TimeoutError if none comes.
        """
        if not self._struck.wait(seconds):
            raise TimeoutError(f"no request met {self.fault} within {seconds:.0f} s")

    def release(self) -> None:
        """Lets hung requests go on, these and all later ones."""
        self._end(go_on=True)

    def drop(self) -> None:
        """Resets the connections of hung requests; those not handled yet never will be."""
        self._end(go_on=False)

    def describe(self) -> dict[str, Any]:
        """The fault and its counts, as JSON can say it."""
        fault = self.fault
        return {"kind": fault.kind, "method": fault.method, "path": fault.path, "seen": self.seen, "hits": self.hits}

    def claims(self, method: str, path: str) -> bool:
        """Counts the request if it is meant; true if it is to be hit."""
        if not self.fault.matches(method, path):
            return False
        self.seen += 1
        return self.seen > self.fault.skip and (self.fault.count is None or self.hits < self.fault.count)

    async def hold(self) -> bool:
        """Waits for `release` (true) or `drop` (false)."""
        return await asyncio.shield(asyncio.wrap_future(self._released))

    def note_hit(self) -> None:
        """Wakes all who wait for a request to be hit."""
        self._struck.set()

    def _end(self, *, go_on: bool) -> None:
        if not self._released.done():
            self._released.set_result(go_on)
