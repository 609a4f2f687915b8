"""The commands that a migration cannot hold, or only alone, each with the way out."""

from __future__ import annotations

import re

from runtime.migration.check.statements import Statement

# The line that begins a file whose only statement cannot run in a transaction.
MARKER = "-- migrate: no-transaction"

# The grammar's TransactionStmt.
CONTROL = "breaks up the transaction that records the file"
# The server refuses it (25001) beside any other statement of a query.
ALONE = "cannot run in a transaction"
ROWS = "has no client to send its rows"
SETTING = "comes too late: the transaction that records the file has begun"

_MOVE = f"move it into a separate file that starts with the line {MARKER!r}"
_BY_HAND = "leave it out: no migration can hold it, it has to be run by hand"

# The first that fits counts. What runs alone are the callers of PreventInTransactionBlock in PostgreSQL 15 to 18, as
# far as the text decides. The others (DROP SUBSCRIPTION, CLUSTER or REINDEX of a partitioned table, CALL, DO) depend on
# what the database holds: there the server refuses the query, with 25001 or 2D000, and keeps nothing of it.
# The alternative that never matches, in a possessive repetition, is for Python before 3.11.5 (CPython issue 106052).
_RULES = (
    # PREPARE TRANSACTION AS and PREPARE TRANSACTION ( prepare a query of that name.
    (
        r"(ABORT|BEGIN|COMMIT|END|RELEASE|ROLLBACK|SAVEPOINT|START)\b|PREPARE TRANSACTION (?!AS\b|\()",
        *(CONTROL, "remove it: a file runs in one transaction as it is"),
    ),
    # The grammar takes STDOUT for STDIN.
    (r"COPY (?!\()(?:(?!FROM\b)\S++ |(?!))*+FROM (STDIN|STDOUT)\b", ROWS, "write them as an INSERT"),
    (
        r"SET (LOCAL |SESSION )*(TRANSACTION|CHARACTERISTICS|TRANSACTION_(ISOLATION|READ_ONLY|DEFERRABLE))\b",
        *(SETTING, "remove it: a file runs at READ COMMITTED, and no other migration beside it"),
    ),
    (
        r"CREATE (UNIQUE )?INDEX CONCURRENTLY\b",
        ALONE,
        f"{_MOVE}, as CREATE INDEX CONCURRENTLY IF NOT EXISTS name ON table",
    ),
    (r"DROP INDEX CONCURRENTLY\b", ALONE, f"{_MOVE}, as DROP INDEX CONCURRENTLY IF EXISTS name"),
    (r"REINDEX (\(.*\) )?(DATABASE|SCHEMA|SYSTEM|(INDEX|TABLE) CONCURRENTLY)\b", ALONE, _MOVE),
    (r"REINDEX \(.* CONCURRENTLY ([,)1]|TRUE\b|ON\b)|VACUUM\b", ALONE, _MOVE),
    (
        r"ALTER TABLE (?:(?!DETACH PARTITION\b)\S++ |(?!))*+DETACH PARTITION .* CONCURRENTLY$",
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
_LONG = re.compile(r"(ALTER (DATABASE|SUBSCRIPTION|TABLE)|CLUSTER|COPY|CREATE SUBSCRIPTION|PREPARE|REINDEX|SET)\b")

_PART = r'(?:"[^"]+"|[^\W\d][\w$]*)'
_NAME = rf"({_PART}(?:\s*\.\s*{_PART})?)"
_BLANK = r"(?:\s|--[^\n]*\n|/\*.*?\*/)"


def _pattern(words: str) -> re.Pattern[str]:
    return re.compile(words.replace(" ", f"{_BLANK}+"), re.IGNORECASE | re.DOTALL)


# What follows the table tells that its name is whole: a comment may stand before the dot of a qualified one.
_CREATED = _pattern(
    rf"create (?:unique )?index concurrently if not exists {_NAME} on (?:only )?{_NAME}(?={_BLANK}*(?:\(|using\b))"
)
_DROPPED = _pattern(rf"drop index concurrently if exists {_NAME}(?: (?:cascade|restrict))?\s*$")
# What comes to the same when it is done twice, and has nothing to look for afterwards.
_REPEATABLE = _pattern(rf"vacuum\b|analyze\b|reindex\b|alter type {_NAME} add value if not exists\b")


def find_rule(statement: Statement, content: bytes) -> tuple[str, str]:
    """Why a file may not hold the statement, and the way out; both are empty if it may."""
    command = statement.signature(content) if _LONG.match(statement.words) else statement.words
    return next(((kind, remedy) for pattern, kind, remedy in _RULES if re.match(pattern, command)), ("", ""))


def find_index(statement: Statement, content: bytes) -> tuple[str, str] | None:
    """What to look for once the statement of a marked file is through; None if it may not run twice.

    An index and its table; no more such index if the table is empty; nothing if both are. Such a statement can carry
    neither lock nor guard: it has to be one that does no harm when it runs again after an answer was lost.
    """
    text = content[statement.start : statement.end].decode().strip()
    if created := _CREATED.match(text):
        return created[1], created[2]
    if dropped := _DROPPED.match(text):
        return dropped[1], ""
    return ("", "") if _REPEATABLE.match(text) else None


def find_remedy(statement: Statement, content: bytes) -> str:
    """For the statement of a marked file that may not run twice."""
    kind, remedy = find_rule(statement, content)
    if statement.words.startswith("ALTER TYPE "):
        return "write ALTER TYPE name ADD VALUE IF NOT EXISTS"
    if kind != ALONE:
        return f"remove the line {MARKER!r}: it can share a transaction"
    if remedy.startswith(_MOVE):
        return f"write {remedy.removeprefix(f'{_MOVE}, as ')}, the names plain or in simple quotes"
    return remedy
