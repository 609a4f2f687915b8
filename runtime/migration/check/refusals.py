"""Why a statement cannot be in a migration, and the way out: one that works, or none."""

from __future__ import annotations

import re

from runtime.migration.check.marker import MARKER
from runtime.migration.check.problems import Flaw
from runtime.migration.check.rules import ALONE, CONTROL, ROWS, classify
from runtime.migration.check.statements import Statement

_MOVE = f"move it into a file of its own that starts with the line {MARKER!r}"
_BY_HAND = "leave it out: no migration can hold it, it has to be run by hand"
_CREATE_INDEX = "CREATE INDEX CONCURRENTLY IF NOT EXISTS name ON table"
_DROP_INDEX = "DROP INDEX CONCURRENTLY IF EXISTS name"
# Of the statements that run alone, the first that fits: what a marked file holds in its place, or does with it.
_MARKED = (
    (r"CREATE (UNIQUE )?INDEX\b", _CREATE_INDEX),
    (r"DROP INDEX\b", _DROP_INDEX),
    (r"REINDEX\b|VACUUM\b", ""),
)
_UNMARKED = (
    (r"ALTER TABLE\b", "write it without CONCURRENTLY"),
    (r"CREATE SUBSCRIPTION\b", "write it WITH (create_slot = false), and create the slot on the publisher before"),
    (r"ALTER SUBSCRIPTION .*(SET|ADD|DROP) PUBLICATION\b", "write it WITH (refresh = false)"),
)


def refuse(statement: Statement, kind: str, content: bytes) -> Flaw:
    """`kind` is what rules.classify says of it, not empty."""
    what = statement.excerpt(content)
    if kind == CONTROL:
        remedy = "remove it: a file runs in one transaction as it is"
        return Flaw(statement.start, f"{what} breaks up the transaction that records the file", remedy)
    if kind == ROWS:
        return Flaw(statement.start, "COPY FROM STDIN has no client to send its rows", "write them as an INSERT")
    if kind == ALONE:
        return Flaw(statement.start, f"{what} cannot run in a transaction", _find_way_out(statement, content))
    what = f"{what} comes too late: the transaction that records the file has begun"
    return Flaw(statement.start, what, "remove it: a file runs at READ COMMITTED, and no other migration beside it")


def refuse_marked(statement: Statement, content: bytes) -> Flaw:
    """The statement of a marked file, if it is none of those that may run twice."""
    what = f"{statement.excerpt(content)}: a statement outside of a transaction has to be repeatable"
    if statement.words.startswith("ALTER TYPE "):
        return Flaw(statement.start, what, "write ALTER TYPE name ADD VALUE IF NOT EXISTS")
    if classify(statement, content) != ALONE:
        return Flaw(statement.start, what, f"remove the line {MARKER!r}: it can share a transaction")
    for pattern, form in _MARKED:
        if re.match(pattern, statement.words):
            return Flaw(statement.start, what, f"write {form}, the names plain or in simple quotes")
    return Flaw(statement.start, what, _find_way_out(statement, content))


def _find_way_out(statement: Statement, content: bytes) -> str:
    for pattern, form in _MARKED:
        if re.match(pattern, statement.words):
            return f"{_MOVE}, as {form}" if form else _MOVE
    signature = statement.signature(content)
    ways_out = (way_out for pattern, way_out in _UNMARKED if re.match(pattern, signature))
    return next(ways_out, _BY_HAND)
