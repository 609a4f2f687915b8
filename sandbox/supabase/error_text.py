"""The text of a failed query, in postgres-meta's form."""

from __future__ import annotations

import psycopg

CONNECTION_LOST = "Connection terminated unexpectedly"


def describe_error(error: psycopg.Error, query: str) -> str:
    """Severity, SQLSTATE, message, then the line with a caret, detail, hint and so on, each on its own line.

    An error that PostgreSQL did not raise, such as a lost connection, has neither severity nor SQLSTATE.
    """
    diagnosis = error.diag
    if diagnosis.message_primary is None:
        return CONNECTION_LOST if isinstance(error, psycopg.OperationalError) else str(error)
    text = f"{diagnosis.severity}:  {diagnosis.sqlstate}: {diagnosis.message_primary}\n"
    if diagnosis.statement_position is not None:
        text += _point_at(query, int(diagnosis.statement_position) - 1)
    parts = {
        "DETAIL": diagnosis.message_detail,
        "HINT": diagnosis.message_hint,
        "QUERY": diagnosis.internal_query,
        "CONTEXT": diagnosis.context,
    }
    return text + "".join(f"{name}:  {value}\n" for name, value in parts.items() if value)


def _point_at(query: str, position: int) -> str:
    """The line and a caret below it; a position behind the last character is, as there, in an empty line 0.

    As there, too, PostgreSQL's characters are counted in JavaScript's UTF-16 units: behind a rocket the caret is off.
    """
    number, line, offset, start = 0, "", 0, 0
    for candidate_number, candidate in enumerate(query.split("\n"), start=1):
        length = len(candidate.encode("utf-16-le")) // 2
        if start + length > position:
            number, line, offset = candidate_number, candidate, position - start
            break
        start += length + 1
    prefix = f"LINE {number}: "
    return f"{prefix}{line}\n{' ' * (len(prefix) + offset)}^\n"
