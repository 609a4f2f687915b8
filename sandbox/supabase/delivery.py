"""Takes a query to the database, through the mishap that waits for it, until the client's time is up."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from sandbox.supabase.gate import run_and_hold, run_and_kill
from sandbox.supabase.mishaps import Kind, Mishap
from sandbox.supabase.refused import SQL_PREFIX, RefusedError
from sandbox.supabase.statement import Row, run_query


class Delivery:
    """Runs queries; those whose client was told 408 run on."""

    def __init__(self, gateway_seconds: float, pass_time: Callable[[float], object]) -> None:
        self._gateway_seconds = gateway_seconds
        self._pass_time = pass_time
        self._running: set[asyncio.Task[list[Row]]] = set()

    @property
    def running(self) -> int:
        """How many queries are at work, or waiting in a mishap."""
        return len(self._running)

    async def deliver(self, conninfo: str, query: str, mishap: Mishap | None) -> list[Row]:
        """The rows. Raises SqlError, UnreachableError, and RefusedError 408 while the query runs on."""
        at_gate = asyncio.Event()
        task = asyncio.create_task(_run(conninfo, query, mishap, at_gate))
        self._running.add(task)
        task.add_done_callback(lambda done: self._finish(done, mishap))
        timeout = asyncio.create_task(self._time_out(mishap, at_gate))
        await asyncio.wait({task, timeout}, return_when=asyncio.FIRST_COMPLETED)
        unheard = mishap is not None and mishap.kind is Kind.UNHEARD
        if unheard:
            await timeout
        timeout.cancel()
        if task.done() and not unheard:
            return task.result()
        raise RefusedError(408, f"{SQL_PREFIX}Query read timeout")

    async def _time_out(self, mishap: Mishap | None, at_gate: asyncio.Event) -> None:
        if mishap is not None and mishap.kind in (Kind.HELD, Kind.LATE, Kind.UNHEARD):
            await at_gate.wait()
            self._pass_time(self._gateway_seconds)
            mishap.note_strike()
        else:
            await asyncio.sleep(self._gateway_seconds)

    def _finish(self, task: asyncio.Task[list[Row]], mishap: Mishap | None) -> None:
        self._running.discard(task)
        if not task.cancelled():
            task.exception()  # or asyncio reports the failure of a query whose client has gone
        if mishap is not None:
            mishap.note_strike()
            mishap.note_end()


async def _run(conninfo: str, query: str, mishap: Mishap | None, at_gate: asyncio.Event) -> list[Row]:
    match mishap:
        case Mishap(kind=Kind.KILLED):
            return await run_and_kill(conninfo, query)
        case Mishap(kind=Kind.HELD):
            return await run_and_hold(conninfo, query, mishap, at_gate)
        case Mishap(kind=Kind.LATE):
            at_gate.set()
            if not await mishap.hold():
                return []
        case Mishap(kind=Kind.UNHEARD):
            await asyncio.gather(run_query(conninfo, query), return_exceptions=True)
            at_gate.set()
            return []
        case Mishap(kind=Kind.TWICE):
            await asyncio.gather(run_query(conninfo, query), return_exceptions=True)
    return await run_query(conninfo, query)
