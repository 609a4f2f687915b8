"""The commands that a migration cannot hold, or only alone, told from their tokens, each with the way out."""

from __future__ import annotations

import re

from runtime.migration.check.marker import MARKER
from runtime.migration.check.problems import Flaw
from runtime.migration.check.statements import Statement

CONTROL = "breaks up the transaction that records the file"
ALONE = "cannot run in a transaction"
ROWS = "has no client to send its rows"
SETTING = "comes too late: the transaction that records the file has begun"

_MOVE = f"move it into a separate file that starts with the line {MARKER!r}"
_CREATE_INDEX = "CREATE INDEX CONCURRENTLY IF NOT EXISTS name ON table"
_DROP_INDEX = "DROP INDEX CONCURRENTLY IF EXISTS name"
_BY_HAND = "leave it out: no migration can hold it, it has to be run by hand"

# The first that fits counts. What runs alone are the callers of PreventInTransactionBlock in PostgreSQL 15 to 18, as
# far as the text decides. The others (DROP SUBSCRIPTION, CLUSTER or REINDEX of a partitioned table, CALL, DO) depend on
# what the database holds: there the server refuses the query, with 25001 or 2D000, and keeps nothing of it.
_RULES = (
    # PREPARE TRANSACTION AS and PREPARE TRANSACTION ( prepare a query of that name.
    (
        r"(ABORT|BEGIN|COMMIT|END|RELEASE|ROLLBACK|SAVEPOINT|START)\b|PREPARE TRANSACTION (?!AS\b|\()",
        *(CONTROL, "remove it: a file runs in one transaction as it is"),
    ),
    # The grammar takes STDOUT for STDIN.
    (r"COPY (?!\()(?:(?!FROM\b)\S++ )*+FROM (STDIN|STDOUT)\b", ROWS, "write them as an INSERT"),
    (
        r"SET (LOCAL |SESSION )*(TRANSACTION|CHARACTERISTICS|TRANSACTION_(ISOLATION|READ_ONLY|DEFERRABLE))\b",
        *(SETTING, "remove it: a file runs at READ COMMITTED, and no other migration beside it"),
    ),
    (r"CREATE (UNIQUE )?INDEX CONCURRENTLY\b", ALONE, f"{_MOVE}, as {_CREATE_INDEX}"),
    (r"DROP INDEX CONCURRENTLY\b", ALONE, f"{_MOVE}, as {_DROP_INDEX}"),
    (r"REINDEX (\(.*\) )?(DATABASE|SCHEMA|SYSTEM|(INDEX|TABLE) CONCURRENTLY)\b", ALONE, _MOVE),
    (r"REINDEX \(.* CONCURRENTLY ([,)1]|TRUE\b|ON\b)|VACUUM\b", ALONE, _MOVE),
    (
        r"ALTER TABLE (?:(?!DETACH PARTITION\b)\S++ )*+DETACH PARTITION .* CONCURRENTLY$",
        *(ALONE, "write it without CONCURRENTLY"),
    ),
    (
        r"CREATE SUBSCRIPTION\b(?!.* (CONNECT|CREATE_SLOT)\b)",
        *(ALONE, "write it WITH (create_slot = false), and create the slot on the publisher before"),
    ),
    (
        r"ALTER SUBSCRIPTION .* (SET|ADD|DROP) PUBLICATION\b(?!.* REFRESH = (FALSE|OFF|0|')( |$))",
        *(ALONE, "write it WITH (refresh = false)"),
    ),
    (r"ALTER SUBSCRIPTION .* REFRESH PUBLICATION\b|ALTER SYSTEM\b|DISCARD ALL\b", ALONE, _BY_HAND),
    (r"ALTER DATABASE \S+ ((WITH )?TABLESPACE\b|SET TABLESPACE (?![=.]|TO\b))", ALONE, _BY_HAND),
    (r"CLUSTER( \(.*\))?( VERBOSE)?$|(CREATE|DROP) (DATABASE|TABLESPACE)\b", ALONE, _BY_HAND),
)
# Only of these does it take more than the first words to tell.
_LONG = re.compile(r"(ALTER (DATABASE|SUBSCRIPTION)|CLUSTER|COPY|CREATE SUBSCRIPTION|PREPARE|REINDEX|SET)\b")


def classify(statement: Statement, content: bytes) -> str:
    """Whether a file may hold the statement.

    CONTROL: it begins, ends or divides a transaction (the grammar's TransactionStmt). ALONE: the server refuses it
    (25001) beside any other statement of a query. ROWS: its rows would have to come from the client. SETTING: it comes
    too late, behind the runner's guard. "": yes.
    """
    return _find_rule(statement, content)[0]


def refuse(statement: Statement, content: bytes) -> Flaw:
    """One that is not classified as ""."""
    kind, remedy = _find_rule(statement, content)
    return Flaw(statement.start, f"{statement.excerpt(content)} {kind}", remedy)


def refuse_marked(statement: Statement, content: bytes) -> Flaw:
    """The statement of a marked file, if it is none of those that may run twice."""
    what = f"{statement.excerpt(content)}: a statement outside of a transaction has to be repeatable"
    kind, remedy = _find_rule(statement, content)
    if statement.words.startswith("ALTER TYPE "):
        remedy = "write ALTER TYPE name ADD VALUE IF NOT EXISTS"
    elif kind != ALONE:
        remedy = f"remove the line {MARKER!r}: it can share a transaction"
    elif remedy.startswith(_MOVE):
        remedy = f"write {remedy.removeprefix(f'{_MOVE}, as ')}, the names plain or in simple quotes"
    return Flaw(statement.start, what, remedy)


def _find_rule(statement: Statement, content: bytes) -> tuple[str, str]:
    """Kind and remedy."""
    command = statement.signature(content) if _is_long(statement, content) else statement.words
    return next(((kind, remedy) for pattern, kind, remedy in _RULES if re.match(pattern, command)), ("", ""))


def _is_long(statement: Statement, content: bytes) -> bool:
    if statement.words.startswith("ALTER TABLE "):
        return b"CONCURRENTLY" in content[statement.start : statement.end].upper()
    return _LONG.match(statement.words) is not None
