"""What is fuzzed: functions that take any bytes, and raise only if a promise is broken."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from email.message import Message
from typing import Any

from pglast.parser import ParseError

from runtime.migration.check.inspection import Inspection
from runtime.migration.check.rules import CONTROL, ROWS, find_rule
from runtime.migration.tracking_table import TrackingTable
from runtime.net.answer import BODY_LIMIT, Answer
from runtime.net.connection import Connection
from runtime.net.faults import ConnectionFault
from runtime.net.response import Response
from runtime.net.retry_policy import EPOCH_THRESHOLD, read_wait
from runtime.process.errors import JobError, UnexpectedAnswer
from runtime.process.secret import Redactor
from runtime.services import admin_answers
from runtime.services.cloud_run import Execution
from runtime.services.json_reader import Fields, read_fields
from runtime.services.sql_error import parse_sql_error
from runtime.services.supabase import read_rows
from tests.runtime.migration.check.postgres_parser import Parsed, parse


def read_counted(fields: Fields) -> object:
    return admin_answers.Counted(fields, ("orgs_processed", "orgs_created"))


ANSWERS = (
    admin_answers.BootstrapStatus,
    admin_answers.OrganizationPage,
    read_counted,
    admin_answers.Sync,
)
STATUSES = (200, 201, 400, 404, 408, 429, 500, 503, 544)
NOW = 1_790_000_000.0
QUERY = "x\nSELECT 1"


def read_sql(data: bytes) -> None:
    """Statements and transaction control are those of PostgreSQL's grammar, if it accepts the text."""
    inspection = Inspection("01_a.sql", data)
    if any(find_rule(one, data)[0] == ROWS for one in inspection.statements):
        return  # what follows are rows, which the grammar alone takes for SQL
    if b"\0" in data:
        return  # refused in any case; to the grammar, written in C, the text ends here
    try:
        expected = parse(data.decode())
    except (UnicodeDecodeError, ParseError, ValueError):
        return
    found = [Parsed(one.start, one.end, find_rule(one, data)[0] == CONTROL) for one in inspection.statements]
    assert found == expected, (found, expected)


def read_answers(data: bytes) -> None:
    """An admin answer of any shape is understood or refused as unexpected."""
    response = _response(200, data)
    for answer in ANSWERS:
        with suppress(UnexpectedAnswer):
            answer(read_fields(response))


def read_error(data: bytes) -> None:
    """An error body is explained in one line of bounded length, and asks for a wait that can be waited."""
    for status in STATUSES:
        response = _response(status, data)
        response.explain().encode("ascii", "backslashreplace")
        assert len(response.excerpt()) <= 1000
        assert 0 <= read_wait(response, NOW) < EPOCH_THRESHOLD
        with suppress(JobError):
            assert isinstance(read_rows(response, QUERY), list)
    with suppress(UnicodeDecodeError):
        parse_sql_error(data.decode(), QUERY)


def read_records(data: bytes) -> None:
    """The tracking table's row and Cloud Run's executions likewise."""
    with suppress(ValueError, RecursionError):
        value: Any = json.loads(data)
        with suppress(UnexpectedAnswer):
            TrackingTable(value)
        with suppress(UnexpectedAnswer):
            Execution(Fields(value, "x"))


def read_wire(data: bytes) -> None:
    """Any bytes that a peer sends are an answer, or a fault that the transport knows."""
    with suppress(ConnectionFault):
        answer = Answer(_Peer(data))
        answer.begin()
        assert len(answer.body) <= BODY_LIMIT


class _Peer(Connection):
    """All of what it sends has arrived, and it has closed."""

    def __init__(self, data: bytes) -> None:
        self._received = bytearray(data)

    def _receive(self) -> bool:
        return False


def _response(status: int, data: bytes) -> Response:
    headers = Message()
    # A header's value is a line of latin-1 by the time anybody reads it.
    text = data[:40].decode("latin-1").replace("\r", "").replace("\n", "")
    headers["Retry-After"] = text
    headers["X-RateLimit-Reset"] = text[::-1]
    return Response("POST /x", status, headers, data, "r", Redactor().shorten)  # type: ignore[arg-type]


TARGETS: dict[str, Callable[[bytes], None]] = {
    "answers": read_answers,
    "error": read_error,
    "records": read_records,
    "sql": read_sql,
    "wire": read_wire,
}
