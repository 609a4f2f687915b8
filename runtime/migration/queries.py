"""The SQL texts that change something. Each may arrive late or twice and still takes effect once."""

from __future__ import annotations

from collections.abc import Sequence

from runtime.migration.exposure import SHUT, TABLE
from runtime.migration.files import MigrationFile
from runtime.migration.tracking_table import LOCK_HIGH, LOCK_LOW

# SQLSTATEs of the runner's own; classes from I to Z are free for that.
LOCKED = "MG001"
RECORDED = "MG002"
ABSENT = "MG003"
INVALID = "MG004"
NOT_EMPTY = "MG005"
# The file dropped or changed the tracking table; the tracking table is not usable from the start.
SPOILED = "MG007"
UNUSABLE = "MG008"
ESCAPING = "MG009"

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
_INSERT = f"INSERT INTO {TABLE} (filename, checksum, execution_time_ms, applied_by) VALUES"
# Each request is its own transaction, so its start is when the file's turn came.
_MILLISECONDS = "(EXTRACT(epoch FROM clock_timestamp() - transaction_timestamp()) * 1000)::integer"


def compose_file(file: MigrationFile, applied_by: str, earlier: int) -> tuple[str, int]:
    """Guard, file and row as one transaction; and where the file's text begins in it.

    `earlier`: at least so many rows of other files have to be left, since without its row a file would run again.
    """
    opening = f"{_guard(file.name)}\n;\n"
    # A file may change its role or its time. Deferred triggers run before the tracking table is shut: they could open
    # it again.
    resets = "RESET ROLE\n;\nSET CONSTRAINTS ALL IMMEDIATE\n;\nRESET statement_timeout"
    # A file may lack its last semicolon, or end in a comment, which would swallow what follows on its line.
    ending = f"\n;\n{resets}\n;\n{_record(file, _MILLISECONDS, applied_by, earlier)}"
    return opening + file.content.decode() + ending, len(opening)


def compose_alone(file: MigrationFile) -> tuple[str, int]:
    """The statement of a file that cannot share a transaction, behind nothing but the comment that identifies it."""
    opening = f"/* migrate: {file.name} */\n"
    return opening + file.content.decode(), len(opening)


def compose_record(file: MigrationFile, index: str, table: str, applied_by: str) -> str:
    """The row of a file whose statement went alone, written only if the statement has had its effect.

    That is an index on a table, or, without a table, that there is no such index; nothing to be seen without both.
    """
    body = ""
    if table:
        found = f"""\
FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
  WHERE i.indrelid = migrate_named AND c.relname = (parse_ident({_quote(index)}))[1]::name"""
        body += _raise_if(f"NOT EXISTS (SELECT {found})", ABSENT, f"{table} has no index {index}")
        body += f"migrate_step := (SELECT i.indexrelid::regclass {found} AND NOT i.indisvalid);\n"
        body += _raise_if("migrate_step IS NOT NULL", INVALID)
    elif index:
        body += _raise_if("migrate_named IS NOT NULL", ABSENT, f"there still is a {index}")
    return f"{_guard(file.name, body, table or index)}\n;\n{_record(file, 'NULL', applied_by)}"


def compose_bookkeeping(rows: Sequence[tuple[MigrationFile, str]], *, only_if_empty: bool = False) -> str:
    """Creates the tracking table if it is missing, revokes public access, adds rows (file, applied by) as they are.

    `only_if_empty`: refused with NOT_EMPTY if there is a row already.
    """
    body = _CREATE
    if only_if_empty:
        body += _raise_if(f"EXISTS (SELECT FROM {TABLE})", NOT_EMPTY, "the tracking table has rows already")
    if rows:
        values = ", ".join(_row(file, "NULL", applied_by) for file, applied_by in rows)
        body += f"{_INSERT} {values} ON CONFLICT (filename) DO NOTHING;\n"
    return f"{_guard(BOOKKEEPING, body + SHUT)}\n;\n{_confirm(BOOKKEEPING)}"


def _guard(label: str, body: str = "", named: str = "") -> str:
    """What comes first, behind the comment that the READ query looks for.

    The lock is tried, not waited for, since a wait may outlast the gateway's 55 s.
    """
    locked = f"NOT pg_try_advisory_xact_lock({LOCK_HIGH}, {LOCK_LOW})"
    lock = _raise_if(locked, LOCKED, "another migration is being applied")
    lock += _raise_if("NOT current_setting('standard_conforming_strings')::boolean", ESCAPING, ESCAPES)
    if label != BOOKKEEPING:
        lock += _raise_if(_is_recorded(label), RECORDED, f"{label} is recorded as applied already")
    return f"/* migrate: {label} */ {_compose_block(lock + body, UNUSABLE, named)}"


def _record(file: MigrationFile, milliseconds: str, applied_by: str, earlier: int = 0) -> str:
    """What comes last: the row, public access revoked, and the answer that tells the runner so.

    The file may have written the row itself. A trigger of the tracking table may open it again, or keep the row away:
    both are looked at after the row.
    """
    rows = f"(SELECT count(*) FROM {TABLE})"  # noqa: S608 - no value of anybody's is in it
    upsert = f"""\
{_INSERT} {_row(file, milliseconds, applied_by)}
ON CONFLICT (filename) DO UPDATE SET checksum = excluded.checksum,
  execution_time_ms = excluded.execution_time_ms, applied_by = excluded.applied_by;
"""
    body = (
        upsert
        + _raise_if(f"NOT {_is_recorded(file.name)}", SPOILED, "a trigger or rule prevents the row")
        + _raise_if(f"{rows} <= {earlier}", SPOILED, "rows of earlier files were removed, which would run again")
    )
    return f"{_compose_block(body + SHUT, SPOILED)}\n;\n{_confirm(file.name)}"


def _confirm(label: str) -> str:
    return f"SELECT {_quote(label)} AS filename, pg_catalog.current_setting('migrate.reach')::pg_catalog.json AS reach"


def _is_recorded(name: str) -> str:
    return f"EXISTS (SELECT FROM {TABLE} WHERE filename = {_quote(name)})"


def _row(file: MigrationFile, milliseconds: str, applied_by: str) -> str:
    return f"({_quote(file.name)}, {_quote(file.checksum)}, {milliseconds}, {_quote(applied_by[:255])})"


def _compose_block(body: str, code: str, named: str = "") -> str:
    """A DO block that no setting of the file can mislead; its own errors have the code, but for those that may pass.

    The search path is the catalog's alone meanwhile, with no temporary table before it: a file may have set another.
    `named` is a relation's name, looked up by the file's path: migrate_named is its oid, or NULL.
    """
    tag = "migrate"
    while f"${tag}$" in body:
        tag += "_"
    # Passed on: nothing is wrong with the tracking table, but contention, resources, a cancellation.
    return f"""\
DO ${tag}$
DECLARE
  migrate_path text := pg_catalog.current_setting('search_path');
  migrate_step text;
  migrate_held boolean;
  migrate_named oid := pg_catalog.to_regclass({_quote(named) if named else "NULL"});
BEGIN
  PERFORM pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
  BEGIN
{body}  EXCEPTION WHEN OTHERS THEN
    IF SQLSTATE ~ '^(MG|40|53|57|55P03)' THEN RAISE; END IF;
    RAISE EXCEPTION USING ERRCODE = '{code}', MESSAGE = SQLERRM || ' (SQLSTATE ' || SQLSTATE || ')';
  END;
  PERFORM pg_catalog.set_config('search_path', migrate_path, true);
END ${tag}$"""


def _raise_if(condition: str, code: str, message: str = "") -> str:
    """A statement for a block; the condition is SQL. Without a message it is the block's migrate_step."""
    text = _quote(message) if message else "migrate_step"
    return f"IF {condition} THEN RAISE EXCEPTION USING ERRCODE = '{code}', MESSAGE = {text}; END IF;\n"


def _quote(text: str) -> str:
    """A string constant."""
    return "'" + text.replace("'", "''") + "'"
