"""The SQL texts that change something. Each may arrive late or twice and still takes effect once."""

from __future__ import annotations

from collections.abc import Sequence

from runtime.migration import own_sql
from runtime.migration.check.non_transactional import ExpectedResult
from runtime.migration.exposure import CTE, REACH, SHUT, TABLE
from runtime.migration.files import MigrationFile
from runtime.migration.own_sql import compose_block, quote, raise_if
from runtime.migration.tracking_table import LOCK_HIGH, LOCK_LOW

BOOKKEEPING = "bookkeeping"
# Without a backslash, which such a database would read as an escape.
ESCAPES = (
    "this database reads a backslash in a string as an escape (standard_conforming_strings = off), so that a file may "
    "mean something else there than here"
)

_CREATE = f"""\
CREATE TABLE IF NOT EXISTS {TABLE} (
  id serial PRIMARY KEY,
  filename varchar(255) NOT NULL UNIQUE,
  applied_at timestamptz DEFAULT now(),
  checksum varchar(64),
  execution_time_ms integer,
  applied_by varchar(255) DEFAULT 'cloud_run_job'
);
"""
_INSERT = f"INSERT INTO {TABLE} (filename, checksum, execution_time_ms, applied_by)"
# The table's number, since one of the same name is another, and how many rows it has: without the row of an earlier
# file that one would run again. In locks of this transaction, since a file may reset every setting.
_REMEMBER = f"""\
PERFORM pg_try_advisory_xact_lock_shared({LOCK_HIGH}::bigint << 32 | to_regclass('{TABLE}')::oid::bigint);
PERFORM pg_try_advisory_xact_lock_shared({LOCK_HIGH}, count(*)::integer) FROM {TABLE};
"""
_REMEMBERED = f"""\
(SELECT l.objid FROM pg_locks l WHERE l.pid = pg_backend_pid() AND l.locktype = 'advisory' AND l.classid = {LOCK_HIGH}
  AND l.objid <> {LOCK_LOW} AND l.objsubid = """  # noqa: S608 - no value of anybody's is in it
_OTHERS = f"(SELECT count(*) FROM {TABLE} WHERE filename IS DISTINCT FROM "  # noqa: S608 - likewise
# Each request is its own transaction, so its start is when the file's turn came.
_MILLISECONDS = "(EXTRACT(epoch FROM clock_timestamp() - transaction_timestamp()) * 1000)::integer"
_TELL_REACH = f"PERFORM set_config('migrate.reach', ({CTE}{REACH})::text, true);\n"


class Query:
    """A text to send, in which the file's begins at `start`. `label`: what its last row says if all was carried out."""

    __slots__ = ("label", "start", "text")

    def __init__(self, label: str, text: str, start: int = 0) -> None:
        self.label = label
        self.text = text
        self.start = start


def compose_file(file: MigrationFile, applied_by: str) -> Query:
    """Guard, file and row as one transaction.

    The lock is tried, not waited for, since a wait may outlast the gateway's 55 s. A file that records itself is why
    the row is upserted, one that changes its role or its time why these are reset. Deferred triggers are run before the
    tracking table is shut: they could open it again.
    """
    opening = f"{_guard(file.name, _refuse_recorded(file.name))}\n;\n"
    resets = "RESET ROLE\n;\nSET CONSTRAINTS ALL IMMEDIATE\n;\nRESET statement_timeout"
    ending = f"\n;\n{resets}\n;\n{_record(file, _MILLISECONDS, applied_by)}"
    # A file may lack its last semicolon, or end in a comment, which would swallow what follows on its line.
    return Query(file.name, opening + file.content.decode() + ending, len(opening))


def compose_alone(file: MigrationFile) -> Query:
    """The statement of a file that cannot share a transaction, behind nothing but the comment that identifies it."""
    opening = f"{_mark(file.name)}\n"
    return Query(file.name, opening + file.content.decode(), len(opening))


def compose_record(file: MigrationFile, expected: ExpectedResult, applied_by: str) -> Query:
    """The row of a file whose statement went alone, written only if the statement has had its effect."""
    name = expected.table or expected.index
    body = _refuse_recorded(file.name) + _check(expected)
    opening = _guard(file.name, body, quote(name) if name else "NULL")
    return Query(file.name, f"{opening}\n;\n{_record(file, 'NULL', applied_by)}")


def compose_bookkeeping(rows: Sequence[tuple[MigrationFile, str]], *, only_if_empty: bool = False) -> Query:
    """Creates the tracking table if it is missing, revokes public access, adds rows (file, applied by) as they are.

    `only_if_empty`: refused with own_sql.NOT_EMPTY if there is a row already.
    """
    empty = raise_if(f"EXISTS (SELECT FROM {TABLE})", own_sql.NOT_EMPTY, quote("the tracking table has rows already"))
    values = ", ".join(
        f"({quote(file.name)}, {quote(file.checksum)}, NULL, {quote(applied_by[:255])})" for file, applied_by in rows
    )
    insert = f"{_INSERT} VALUES {values} ON CONFLICT (filename) DO NOTHING;\n" if rows else ""
    body = _CREATE + (empty if only_if_empty else "") + insert + SHUT + _TELL_REACH
    return Query(BOOKKEEPING, f"{_guard(BOOKKEEPING, body)}\n;\n{_confirm(BOOKKEEPING)}")


def _record(file: MigrationFile, milliseconds: str, applied_by: str) -> str:
    """What comes last: the row, public access revoked, and the answer that tells the runner so.

    A trigger of the tracking table itself may open it again, or keep the row away: both are looked at after the row.
    """
    same = f"to_regclass('{TABLE}') IS NOT DISTINCT FROM {_REMEMBERED}1)"
    lost = raise_if(f"NOT {same}", own_sql.SPOILED, quote(f"{TABLE} was dropped, renamed or replaced"))
    fewer = f"{_OTHERS}{quote(file.name)}) < {_REMEMBERED}2)::bigint"
    removed = raise_if(fewer, own_sql.SPOILED, quote("rows of earlier files were removed, which would run again"))
    row = f"({quote(file.name)}, {quote(file.checksum)}, {milliseconds}, {quote(applied_by[:255])})"
    upsert = f"""\
{_INSERT} VALUES {row}
ON CONFLICT (filename) DO UPDATE SET checksum = excluded.checksum,
  execution_time_ms = excluded.execution_time_ms, applied_by = excluded.applied_by;
"""
    kept = raise_if(f"NOT {_is_recorded(file.name)}", own_sql.SPOILED, quote("a trigger or rule prevents the row"))
    body = lost + removed + upsert + kept + SHUT + _TELL_REACH
    return f"{compose_block(body, own_sql.SPOILED)}\n;\n{_confirm(file.name)}"


def _confirm(label: str) -> str:
    return f"SELECT {quote(label)} AS filename, pg_catalog.current_setting('migrate.reach')::pg_catalog.json AS reach"


def _mark(label: str) -> str:
    return f"/* migrate: {label} */"


def _guard(label: str, body: str, named: str = "NULL") -> str:
    locked = f"NOT pg_try_advisory_xact_lock({LOCK_HIGH}, {LOCK_LOW})"
    lock = raise_if(locked, own_sql.LOCKED, quote("another migration is being applied"))
    escaping = "NOT current_setting('standard_conforming_strings')::boolean"
    lock += raise_if(escaping, own_sql.ESCAPING, quote(ESCAPES))
    return f"{_mark(label)} {compose_block(lock + body, own_sql.UNUSABLE, named)}"


def _refuse_recorded(name: str) -> str:
    return raise_if(_is_recorded(name), own_sql.RECORDED, quote(f"{name} is recorded as applied already")) + _REMEMBER


def _is_recorded(name: str) -> str:
    return f"EXISTS (SELECT FROM {TABLE} WHERE filename = {quote(name)})"


def _check(expected: ExpectedResult) -> str:
    if expected.index is None:
        return ""
    if expected.table is None:
        return raise_if("migrate_named IS NOT NULL", own_sql.ABSENT, quote("the index is still there"))
    found = f"""\
FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
  WHERE i.indrelid = migrate_named AND c.relname = (parse_ident({quote(expected.index)}))[1]::name"""
    missing = raise_if(f"NOT EXISTS (SELECT {found})", own_sql.ABSENT, quote("the index is not there"))
    step = f"migrate_step := (SELECT i.indexrelid::regclass {found} AND NOT i.indisvalid);\n"
    return missing + step + raise_if("migrate_step IS NOT NULL", own_sql.INVALID, "migrate_step")
