"""Runs a query as the Management API does: one message of the simple protocol on its own connection."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import psycopg
from psycopg.errors import Diagnostic

from sandbox.supabase.error_text import describe_error
from sandbox.supabase.values import encode, make_adapters

Row = dict[str, Any]

ADAPTERS = make_adapters()


class SqlError(Exception):
    """The query failed, or the connection was lost while it ran. The text is what the API says."""


class UnreachableError(Exception):
    """No connection could be made."""


async def run_query(
    conninfo: str,
    query: str,
    suffix: str = "",
    on_notice: Callable[[Diagnostic], None] | None = None,
) -> list[Row]:
    """The rows of the last statement that returned any. `suffix` is run behind the query, in the same message.

    A transaction that the query leaves open ends with the connection. Raises SqlError, UnreachableError.
    """
    if "\0" in query:
        raise SqlError("ERROR:  08P01: invalid message format\n")
    try:
        connection = await psycopg.AsyncConnection.connect(conninfo, autocommit=True, context=ADAPTERS)
    except psycopg.OperationalError as error:
        raise UnreachableError("Connection terminated due to connection timeout") from error
    if on_notice is not None:
        connection.add_notice_handler(on_notice)
    try:
        return await _fetch_rows(connection, query + suffix)
    except psycopg.Error as error:
        raise SqlError(describe_error(error, query)) from error
    finally:
        await connection.close()  # not `async with`, which would commit what the query left open


async def _fetch_rows(connection: psycopg.AsyncConnection[Any], text: str) -> list[Row]:
    cursor = connection.cursor()
    await cursor.execute(text.encode())
    rows: list[Row] = []
    while True:
        if cursor.description is not None:
            names = [column.name for column in cursor.description]
            found = [dict(zip(names, map(encode, values), strict=True)) for values in await cursor.fetchall()]
            rows = found or rows
        if not cursor.nextset():
            return rows
