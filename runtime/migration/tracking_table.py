"""What the tracking table says, and what the server is doing about it, in one query."""

from __future__ import annotations

from runtime.migration.exposure import CTE, REACH, TABLE
from runtime.process.errors import JobError, UnexpectedAnswer
from runtime.services.json_reader import describe
from runtime.services.sql_error import SqlError
from runtime.services.supabase import SupabaseDatabase

# The advisory lock of everything that writes to the tracking table: any number will do, as long as it stays the same.
LOCK_HIGH, LOCK_LOW = 0x636C6F75, 0x64616374

# Only PL/pgSQL looks a table up no earlier than it gets to the statement, so that one query can read a
# table that may be missing; a setting of this transaction hands the rows to the SELECT.
#
# A fresh project is one without a table of its users: none in public, none anywhere that this role owns, those
# of extensions and of Supabase's own migration tool aside.
#
# Each change is sent behind the comment that `running` looks for (its pattern does not match itself).
# One snapshot for all of it: a file that is committed meanwhile must not show its tables without its row.
READ = f"""\
SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY;
SET LOCAL search_path = pg_catalog, pg_temp;
DO $read$
BEGIN
  PERFORM set_config('migrate.rows', '[]', true);
  IF to_regclass('{TABLE}') IS NOT NULL THEN
    PERFORM set_config('migrate.rows', COALESCE(json_agg(
      json_build_array(filename, checksum))::text, '[]'), true) FROM {TABLE};
  END IF;
END $read$;
{CTE}
SELECT json_build_object(
  'exists', tracking_table.oid IS NOT NULL,
  'rows', current_setting('migrate.rows')::json,
  'exposed', EXISTS (SELECT FROM openings),
  'reach', ({REACH}),
  'standard_strings', current_setting('standard_conforming_strings')::boolean,
  'locked', EXISTS (
    SELECT FROM pg_locks l JOIN pg_database d ON d.oid = l.database
    WHERE d.datname = current_database() AND l.locktype = 'advisory' AND l.granted
      AND (l.classid, l.objid, l.objsubid) = ({LOCK_HIGH}, {LOCK_LOW}, 2)),
  'running', ARRAY(
    SELECT substring(a.query FROM '/[*] migrate: ([^ ]+) [*]/') FROM pg_stat_activity a
    WHERE a.datname = current_database() AND a.pid <> pg_backend_pid() AND a.state <> 'idle'),
  'invalid', ARRAY(
    SELECT i.indexrelid::regclass::text FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
    WHERE NOT i.indisvalid AND c.relkind = 'i' ORDER BY 1),
  'tables', ARRAY(
    SELECT n.nspname || '.' || c.relname
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p') AND c.oid IS DISTINCT FROM tracking_table.oid
      AND (n.nspname = 'public' OR pg_get_userbyid(c.relowner) = current_user)
      AND n.nspname NOT IN ('information_schema', 'supabase_migrations') AND n.nspname !~ '^pg_'
      AND NOT EXISTS (
        SELECT FROM pg_depend d
        WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
    ORDER BY 1 LIMIT 6)
) AS tracking_table
FROM (SELECT to_regclass('{TABLE}')::oid AS oid) tracking_table
"""  # noqa: S608 - no value of anybody's is in it


class TrackingTable:
    """The tracking table at one moment.

    `rows`: file name -> checksum, label or None. `exposed`: the public roles have rights on it; `reach`: what hands
    them its owner's. `locked`: a change is being made. `running`: whose statements the server is at work on. `tables`:
    the first few tables of the project's users. `invalid`: the indexes that no query uses. `standard_strings`: the
    database reads a backslash in a string as one.
    """

    def __init__(self, row: object) -> None:
        """From the READ query's row; raises UnexpectedAnswer if it is not one."""
        try:
            state = row["tracking_table"]  # type: ignore[index]
            self.exists = bool(state["exists"])
            self.exposed = bool(state["exposed"])
            self.locked = bool(state["locked"])
            self.rows: dict[str, str | None] = {str(name): checksum for name, checksum in state["rows"]}
            self.running = frozenset(state["running"])
            self.reach = tuple(str(what) for what in state["reach"])
            self.invalid = frozenset(state["invalid"])
            self.standard_strings = bool(state["standard_strings"])
            self.tables = tuple(state["tables"])
        except (KeyError, TypeError, ValueError) as error:
            problem = f"the tracking table's rows came in an unknown form: {describe(row)}"
            raise UnexpectedAnswer(problem, "the Management API has changed: the job has to be updated") from error

    @property
    def is_untracked(self) -> bool:
        """The project has tables, but nothing says which migrations made them."""
        return not self.rows and bool(self.tables)


def read_tracking_table(database: SupabaseDatabase) -> TrackingTable:
    """One request. Raises JobError if the table is not the runner's, TransientError if it cannot be read."""
    try:
        rows = database.read(READ)
    except SqlError as error:
        raise JobError(
            f"the tracking table {TABLE} cannot be read: {error.problem}",
            "it needs the columns filename and checksum, and the role postgres as its owner",
        ) from error
    return TrackingTable(rows[0] if rows else None)
