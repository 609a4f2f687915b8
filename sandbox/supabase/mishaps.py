"""Mishaps between the API and its database that somebody switches on, and who waits in one."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import Future
from enum import StrEnum

ARRIVAL_SECONDS = 30.0


class Kind(StrEnum):
    """What happens to the query; the faults of the HTTP connection are those of sandbox.faults."""

    KILLED = "killed"  # all statements ran, then the connection is lost before the commit: 400 with 57P01
    HELD = "held"  # the client gets a 408 while the statements ran and their commit waits until released
    LATE = "late"  # the client gets a 408 before anything ran; released, the query runs
    UNHEARD = "unheard"  # the query runs to its end, which the client, who got a 408 meanwhile, never hears of
    TWICE = "twice"  # the query is run a second time once the first is through, and the client gets the second answer


class Mishap:
    """One that is switched on: it strikes the first query that contains its text, once."""

    def __init__(self, kind: Kind, containing: str) -> None:
        self.kind = kind
        self.containing = containing
        self.claimed = False
        self._struck = threading.Event()
        self._over = threading.Event()
        self._go_on: Future[bool] = Future()

    def wait(self, seconds: float = ARRIVAL_SECONDS) -> None:
        """Returns once it has struck: HELD has run its statements, LATE has its query. Raises TimeoutError."""
        self._await(self._struck, "strike", seconds)

    def release(self) -> None:
        """Lets a held query commit, or a late one run, and returns when it is through, with any result."""
        self._end(go_on=True)

    def drop(self) -> None:
        """Rolls a held query back, or forgets a late one, and returns when that is done."""
        self._end(go_on=False)

    def note_strike(self) -> None:
        """For the API: the query is at the point of the mishap."""
        self._struck.set()

    def note_end(self) -> None:
        """For the API: nothing of the query is left to happen."""
        self._over.set()

    async def hold(self) -> bool:
        """For the API: waits for `release` (true) or `drop` (false)."""
        return await asyncio.shield(asyncio.wrap_future(self._go_on))

    def _end(self, *, go_on: bool) -> None:
        if not self._go_on.done():
            self._go_on.set_result(go_on)
        if self._struck.is_set():
            self._await(self._over, "end", ARRIVAL_SECONDS)

    def _await(self, event: threading.Event, what: str, seconds: float) -> None:
        if not event.wait(seconds):
            raise TimeoutError(f"the mishap `{self.kind}` did not {what} within {seconds:.0f} s")


class Mishaps:
    """Those of one server."""

    def __init__(self) -> None:
        self._all: list[Mishap] = []

    def add(self, kind: Kind, containing: str = "") -> Mishap:
        """Switches one on, from any thread."""
        mishap = Mishap(kind, containing)
        self._all.append(mishap)
        return mishap

    def claim(self, query: str) -> Mishap | None:
        """The first one that waits for such a query; it waits no more."""
        for mishap in self._all:
            if not mishap.claimed and mishap.containing in query:
                mishap.claimed = True
                return mishap
        return None

    def drop_all(self) -> None:
        """Ends every one: what is held or late never takes effect."""
        dropped, self._all = self._all, []
        for mishap in dropped:
            mishap.drop()
