"""The SQL texts that change something. Each may arrive late or twice and still takes effect once."""

from __future__ import annotations

from runtime.migration.tracking_table import LOCK_HIGH, LOCK_LOW

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from runtime.migration.check.non_transactional import Effect
    from runtime.migration.files import MigrationFile

# SQLSTATEs of the runner's own; classes from I to Z are free for that.
LOCKED = "MG001"
RECORDED = "MG002"
ABSENT = "MG003"
INVALID = "MG004"
NOT_EMPTY = "MG005"

BOOKKEEPING = "bookkeeping"

_CREATE = """\
CREATE TABLE IF NOT EXISTS public.schema_migrations (
  id serial PRIMARY KEY,
  filename varchar(255) NOT NULL UNIQUE,
  applied_at timestamptz DEFAULT now(),
  checksum varchar(64),
  execution_time_ms integer,
  applied_by varchar(255) DEFAULT 'cloud_run_job'
);
ALTER TABLE public.schema_migrations ENABLE ROW LEVEL SECURITY;
REVOKE ALL ON TABLE public.schema_migrations FROM PUBLIC, anon, authenticated;
IF pg_catalog.pg_get_serial_sequence('public.schema_migrations', 'id') IS NOT NULL THEN
  EXECUTE 'REVOKE ALL ON SEQUENCE ' || pg_catalog.pg_get_serial_sequence('public.schema_migrations', 'id')
    || ' FROM PUBLIC, anon, authenticated';
END IF;
"""


class Query:
    """A text to send. `label` is what its last row says if all of it was carried out; `lines_before` come first."""

    __slots__ = ("label", "lines_before", "text")

    def __init__(self, label: str, text: str, lines_before: int = 0) -> None:
        self.label = label
        self.text = text
        self.lines_before = lines_before


def compose_file(file: MigrationFile, applied_by: str) -> Query:
    """Guard, file and row as one transaction.

    The lock is tried, not waited for, since a wait may outlast the gateway's 55 s. A file that records itself is
    why the row is upserted, one that changes its role why that is reset.
    """
    opening = _guard(file.name, _refuse_recorded(file.name))
    # Each request is a transaction of its own, so its start is when the file's turn came.
    milliseconds = (
        "(EXTRACT(epoch FROM pg_catalog.clock_timestamp() - pg_catalog.transaction_timestamp()) * 1000)::integer"
    )
    row = f"({_quote(file.name)}, {_quote(file.checksum)}, {milliseconds}, {_quote(applied_by)})"
    parts = (opening, file.content.decode(), "RESET ROLE", _upsert(row))
    # A file may lack its last semicolon, or end in a comment, which would swallow what follows on its line.
    return Query(file.name, "\n;\n".join(parts), lines_before=opening.count("\n") + 2)


def compose_lone(file: MigrationFile) -> Query:
    """The statement of a file that cannot share a transaction, behind nothing but the comment that identifies it."""
    return Query(file.name, f"{_mark(file.name)}\n{file.content.decode()}", lines_before=1)


def compose_record(file: MigrationFile, effect: Effect, applied_by: str) -> Query:
    """The row of a file whose statement went alone, written only if the statement has had its effect."""
    row = f"({_quote(file.name)}, {_quote(file.checksum)}, NULL, {_quote(applied_by)})"
    opening = _guard(file.name, _refuse_recorded(file.name) + _check(effect))
    return Query(file.name, f"{opening}\n;\n{_upsert(row)}")


def compose_bookkeeping(rows: Sequence[tuple[MigrationFile, str]], *, only_if_empty: bool = False) -> Query:
    """Creates the tracking table where it is missing, shuts it to the public, adds rows (file, applied by) as they are.

    `only_if_empty`: refused with NOT_EMPTY where there is a row already.
    """
    empty = _raise_if("EXISTS (SELECT FROM public.schema_migrations)", NOT_EMPTY, "the tracking table has rows already")
    values = ", ".join(
        f"({_quote(file.name)}, {_quote(file.checksum)}, NULL, {_quote(applied_by[:255])})" for file, applied_by in rows
    )
    insert = f"{_INSERT} VALUES {values} ON CONFLICT (filename) DO NOTHING\n;\n" if rows else ""
    opening = _guard(BOOKKEEPING, _CREATE + (empty if only_if_empty else ""))
    return Query(BOOKKEEPING, f"{opening}\n;\n{insert}SELECT '{BOOKKEEPING}' AS filename")


_INSERT = "INSERT INTO public.schema_migrations (filename, checksum, execution_time_ms, applied_by)"


def _upsert(row: str) -> str:
    return f"""\
{_INSERT} VALUES {row}
ON CONFLICT (filename) DO UPDATE SET checksum = excluded.checksum,
  execution_time_ms = excluded.execution_time_ms, applied_by = excluded.applied_by
RETURNING filename"""


def _mark(label: str) -> str:
    return f"/* migrate: {label} */"


def _guard(label: str, body: str) -> str:
    locked = f"NOT pg_catalog.pg_try_advisory_xact_lock({LOCK_HIGH}, {LOCK_LOW})"
    return f"""\
{_mark(label)} DO $migrate$
BEGIN
{_raise_if(locked, LOCKED, "another migration is being applied")}{body}END $migrate$"""


def _refuse_recorded(name: str) -> str:
    recorded = f"EXISTS (SELECT FROM public.schema_migrations WHERE filename = {_quote(name)})"
    return _raise_if(recorded, RECORDED, f"{name} is recorded as applied already")


def _check(effect: Effect) -> str:
    if effect.index is None:
        return ""
    index = f"(pg_catalog.parse_ident({_quote(effect.index)}))[1]::name"
    if effect.table is None:
        exists = f"pg_catalog.to_regclass({_quote(effect.index)}) IS NOT NULL"
        return _raise_if(exists, ABSENT, "the index is still there")
    found = f"""EXISTS (
  SELECT FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
  WHERE i.indrelid = pg_catalog.to_regclass({_quote(effect.table)}) AND c.relname = {index}"""
    return _raise_if(f"NOT {found})", ABSENT, "the index is not there") + _raise_if(
        f"{found} AND NOT i.indisvalid)", INVALID, "the index is invalid"
    )


def _raise_if(condition: str, sqlstate: str, message: str) -> str:
    return f"IF {condition} THEN RAISE EXCEPTION USING ERRCODE = '{sqlstate}', MESSAGE = {_quote(message)}; END IF;\n"


def _quote(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
