"""Commands that a migration cannot hold, or only alone; told from the tokens of PostgreSQL's own grammar."""

from __future__ import annotations

import re

# Nothing but transaction control starts with one of these.
_CONTROL = re.compile(r"(ABORT|BEGIN|COMMIT|END|RELEASE|ROLLBACK|SAVEPOINT|START)\b|PREPARE TRANSACTION (?!AS\b|\()")

# The callers of PreventInTransactionBlock in PostgreSQL 15 to 18, as far as the text alone decides. The others (DROP
# SUBSCRIPTION, CLUSTER and REINDEX of a partitioned table, CALL, DO) depend on what the database holds: the server
# refuses them with 25001 or 2D000, and nothing is kept.
_ALONE = re.compile(
    r"""
      ALTER\ DATABASE\ .*\ SET\ TABLESPACE\b
    | ALTER\ SUBSCRIPTION\ \S+\ REFRESH\b
    | ALTER\ SYSTEM\b
    | ALTER\ TABLE\ (?:(?!DETACH\ PARTITION\b)\S+\ )*+DETACH\ PARTITION\ .*\ CONCURRENTLY$
    | CLUSTER(\ \(.*\))?(\ VERBOSE)?$
    | CREATE\ (DATABASE|TABLESPACE)\b
    | CREATE\ SUBSCRIPTION\ (?!.*\ (CONNECT|CREATE_SLOT)\b)
    | CREATE\ (UNIQUE\ )?INDEX\ CONCURRENTLY\b
    | DISCARD\ ALL$
    | DROP\ (DATABASE|TABLESPACE)\b
    | DROP\ INDEX\ CONCURRENTLY\b
    | REINDEX\ (\(.*\)\ )?(DATABASE|SCHEMA|SYSTEM)\b
    | REINDEX\ (\(.*\)\ )?(INDEX|TABLE)\ CONCURRENTLY\b
    | REINDEX\ \(.*\ CONCURRENTLY\ ([,)]|TRUE|ON|1)
    | VACUUM\b
    """,
    re.VERBOSE,
)
# What four tokens do not decide.
_UNDECIDED = re.compile(r"ALTER (DATABASE|SUBSCRIPTION|TABLE)\b|CLUSTER\b|CREATE SUBSCRIPTION\b|REINDEX \(|DISCARD\b")
