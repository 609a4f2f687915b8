"""The commands that a migration cannot hold, or only alone, told from their tokens."""

from __future__ import annotations

import re

from runtime.migration.check.statements import Statement

CONTROL = "control"
ALONE = "alone"
ROWS = "rows"
SETTING = "setting"

# What runs alone are the callers of PreventInTransactionBlock in PostgreSQL 15 to 18, as far as the text decides. The
# others (DROP SUBSCRIPTION, CLUSTER or REINDEX of a partitioned table, CALL, DO) depend on what the database holds:
# there the server refuses the query, with 25001 or 2D000, and keeps nothing of it.
_KINDS = re.compile(
    r"""
    (?P<control>
      (ABORT|BEGIN|COMMIT|END|RELEASE|ROLLBACK|SAVEPOINT|START)\b
    | PREPARE\ TRANSACTION\ (?!AS\b|\()  # those two prepare a query of that name
    )
    |
    (?P<alone>
      ALTER\ DATABASE\ \S+\ ((WITH\ )?TABLESPACE\b|SET\ TABLESPACE\ (?![=.]|TO\b))
    | ALTER\ SUBSCRIPTION\ .*\ REFRESH\ PUBLICATION\b
    | ALTER\ SUBSCRIPTION\ .*\ (SET|ADD|DROP)\ PUBLICATION\b(?!.*\ REFRESH\ =\ (FALSE|OFF|0|')( |$))
    | ALTER\ SYSTEM\b
    | ALTER\ TABLE\ (?:(?!DETACH\ PARTITION\b)\S++\ )*+DETACH\ PARTITION\ .*\ CONCURRENTLY$
    | CLUSTER(\ \(.*\))?(\ VERBOSE)?$
    | CREATE\ (DATABASE|TABLESPACE)\b
    | CREATE\ SUBSCRIPTION\b(?!.*\ (CONNECT|CREATE_SLOT)\b)
    | CREATE\ (UNIQUE\ )?INDEX\ CONCURRENTLY\b
    | DISCARD\ ALL\b
    | DROP\ (DATABASE|TABLESPACE)\b
    | DROP\ INDEX\ CONCURRENTLY\b
    | REINDEX\ (\(.*\)\ )?(DATABASE|SCHEMA|SYSTEM)\b
    | REINDEX\ (\(.*\)\ )?(INDEX|TABLE)\ CONCURRENTLY\b
    | REINDEX\ \(.*\ CONCURRENTLY\ ([,)1]|TRUE\b|ON\b)
    | VACUUM\b
    )
    |
    (?P<rows>
      COPY\ (?!\()(?:(?!FROM\b)\S++\ )*+FROM\ (STDIN|STDOUT)\b  # the grammar takes one for the other
    )
    |
    (?P<setting>
      SET\ (LOCAL\ |SESSION\ )*(TRANSACTION|CHARACTERISTICS|TRANSACTION_(ISOLATION|READ_ONLY|DEFERRABLE))\b
    )
    """,
    re.VERBOSE,
)
# Only of these does it take more than the first words to tell.
_LONG = re.compile(r"(ALTER (DATABASE|SUBSCRIPTION)|CLUSTER|COPY|CREATE SUBSCRIPTION|PREPARE|REINDEX|SET)\b")


def classify(statement: Statement, content: bytes) -> str:
    """Whether a file may hold the statement.

    CONTROL: it begins, ends or divides a transaction (the grammar's TransactionStmt). ALONE: the server refuses it
    (25001) beside any other statement of a query. ROWS: its rows would have to come from the client. SETTING: it comes
    too late, behind the runner's guard. "": yes.
    """
    command = statement.signature(content) if _is_long(statement, content) else statement.words
    kind = _KINDS.match(command)
    return kind.lastgroup or "" if kind else ""


def _is_long(statement: Statement, content: bytes) -> bool:
    if statement.words.startswith("ALTER TABLE "):
        return b"CONCURRENTLY" in content[statement.start : statement.end].upper()
    return _LONG.match(statement.words) is not None
