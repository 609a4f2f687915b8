"""Changes to the tracking table that run no migration: its creation, renamed files, the baseline."""

from __future__ import annotations

from runtime.migration.delivery import Delivery
from runtime.migration.plan import make_plan
from runtime.migration.queries import NOT_EMPTY, compose_bookkeeping
from runtime.migration.tracking_table import read_tracking_table
from runtime.process.errors import JobError
from runtime.services.supabase import SqlError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from runtime.context import Context
    from runtime.migration.files import MigrationFile
    from runtime.migration.tracking_table import TrackingTable
    from runtime.services.supabase import SupabaseDatabase


def adopt(
    database: SupabaseDatabase,
    context: Context,
    tracking_table: TrackingTable,
    renamed: Sequence[tuple[MigrationFile, str]],
) -> None:
    """One request, only where the tracking table is missing or within the public's reach, or a file was renamed.

    A renamed file gets a row of its own: without one it would run again as soon as somebody edits it.
    """
    if tracking_table.exists and not tracking_table.exposed and not renamed:
        return
    rows = [(file, f"renamed from {recorded}") for file, recorded in renamed]
    _deliver(database, context, rows, only_if_empty=False)
    context.log.info(
        "bookkeeping", created=not tracking_table.exists, secured=tracking_table.exposed, renamed=len(rows)
    )


def record_all(
    database: SupabaseDatabase, context: Context, files: Sequence[MigrationFile], tracking_table: TrackingTable
) -> int:
    """Records every file as applied, in one request; how many rows it added.

    Raises JobError if the tracking table has other rows than these, and if there is nothing to record.
    """
    if tracking_table.rows:
        _require_same(files, tracking_table)
        return 0
    if not tracking_table.tables:
        problem = "the project has no tables: recorded as applied, its migrations would never run"
        raise JobError(problem, "run migrate without --baseline")
    try:
        _deliver(database, context, [(file, "baseline") for file in files], only_if_empty=True)
    except SqlError as error:
        if error.sqlstate != NOT_EMPTY:
            raise
        # The request arrived twice, or another run was faster.
        _require_same(files, read_tracking_table(database))
    return len(files)


def _deliver(
    database: SupabaseDatabase,
    context: Context,
    rows: Sequence[tuple[MigrationFile, str]],
    *,
    only_if_empty: bool,
) -> None:
    names = {file.name for file, _ in rows}

    def is_done(tracking_table: TrackingTable) -> bool:
        return tracking_table.exists and not tracking_table.exposed and names <= tracking_table.rows.keys()

    try:
        Delivery(database, context).deliver(compose_bookkeeping(rows, only_if_empty=only_if_empty), is_done)
    except SqlError as error:
        if error.sqlstate == NOT_EMPTY:
            raise
        raise JobError(
            f"the tracking table public.schema_migrations cannot be set up: {error.problem}",
            "it has to belong to the role postgres, with the columns id, filename (unique), applied_at, checksum, "
            "execution_time_ms, applied_by",
        ) from error


def _require_same(files: Sequence[MigrationFile], tracking_table: TrackingTable) -> None:
    if make_plan(files, tracking_table.rows).status != "done":
        raise JobError(
            f"the tracking table has {len(tracking_table.rows)} row(s) already, and not the same as the folder",
            "--baseline is for a project whose tracking table is missing or empty; see migrate --status",
        )
