"""Stops a query between its last statement and its commit."""

from __future__ import annotations

import asyncio
import itertools

import psycopg
from psycopg.errors import Diagnostic

from sandbox.supabase.mishaps import Mishap
from sandbox.supabase.statement import Row, run_query

LOCK_CLASS = 0x5A4D
MESSAGE = "sandbox gate "

# Both run behind the query and in its transaction. INFO reaches the client with any client_min_messages.
KILL = """
;
DO $sandbox$ BEGIN
    PERFORM pg_catalog.pg_terminate_backend(pg_catalog.pg_backend_pid());
    PERFORM pg_catalog.pg_sleep(60);
END $sandbox$"""
WAIT = """
;
DO $sandbox$ BEGIN
    PERFORM pg_catalog.set_config('lock_timeout', '0', true);
    RAISE INFO '{message}%', pg_catalog.pg_backend_pid();
    PERFORM pg_catalog.pg_advisory_xact_lock({lock_class}, {number});
END $sandbox$"""

_numbers = itertools.count(1)


async def run_and_kill(conninfo: str, query: str) -> list[Row]:
    """Runs the query's statements, then ends the connection from the server's side, so that nothing is committed."""
    return await run_query(conninfo, query, KILL)


async def run_and_hold(conninfo: str, query: str, mishap: Mishap, at_gate: asyncio.Event) -> list[Row]:
    """Runs the query's statements, says so through `at_gate`, and commits when the mishap is released.

    Dropped, the connection is ended from the server's side. A query that fails on its way never gets to the gate.
    """
    number, process_ids = next(_numbers), list[int]()

    def note(diagnosis: Diagnostic) -> None:
        _, found, process_id = (diagnosis.message_primary or "").partition(MESSAGE)
        if found:
            process_ids.append(int(process_id))
            at_gate.set()

    async with await psycopg.AsyncConnection.connect(conninfo, autocommit=True) as keeper:
        await keeper.execute("SELECT pg_advisory_lock(%s, %s)", (LOCK_CLASS, number))
        wait = WAIT.format(message=MESSAGE, lock_class=LOCK_CLASS, number=number)
        running = asyncio.create_task(run_query(conninfo, query, wait, note))
        arriving = asyncio.create_task(at_gate.wait())
        await asyncio.wait({running, arriving}, return_when=asyncio.FIRST_COMPLETED)
        arriving.cancel()
        if process_ids and not await mishap.hold():
            await keeper.execute("SELECT pg_terminate_backend(%s)", (process_ids[0],))
            await asyncio.wait({running})
    return await running
