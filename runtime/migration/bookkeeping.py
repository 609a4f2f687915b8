"""Changes to the tracking table that run no migration: its creation, renamed files, the baseline."""

from __future__ import annotations

from collections.abc import Sequence

from runtime.migration.delivery import Delivery
from runtime.migration.exposure import LEFT_OPEN
from runtime.migration.files import MigrationFile
from runtime.migration.own_sql import NOT_EMPTY
from runtime.migration.plan import make_plan
from runtime.migration.queries import BOOKKEEPING, compose_bookkeeping
from runtime.migration.tracking_table import TrackingTable
from runtime.process.errors import JobError
from runtime.services.sql_error import SqlError


def adopt(delivery: Delivery, tracking_table: TrackingTable, renamed: Sequence[tuple[MigrationFile, str]]) -> bool:
    """One request, only if the tracking table is missing or open to the public, or a file was renamed; False if not.

    A renamed file gets its own row: without one it would run again as soon as somebody edits it.
    """
    if tracking_table.exists and not tracking_table.exposed and not renamed:
        return False
    rows = [(file, f"renamed from {recorded}") for file, recorded in renamed]
    _deliver(delivery, rows, only_if_empty=False)
    return True


def record_all(delivery: Delivery, files: Sequence[MigrationFile], tracking_table: TrackingTable) -> int:
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
        _deliver(delivery, [(file, "baseline") for file in files], only_if_empty=True)
    except SqlError as error:
        if error.sqlstate != NOT_EMPTY:
            raise
        # The request arrived twice, or another run was faster.
        _require_same(files, delivery.read(BOOKKEEPING))
    return len(files)


def _deliver(delivery: Delivery, rows: Sequence[tuple[MigrationFile, str]], *, only_if_empty: bool) -> None:
    names = {file.name for file, _ in rows}

    def is_done(tracking_table: TrackingTable) -> bool:
        return tracking_table.exists and not tracking_table.exposed and names <= tracking_table.rows.keys()

    try:
        delivery.deliver(compose_bookkeeping(rows, only_if_empty=only_if_empty), is_done)
    except SqlError as error:
        if error.sqlstate == NOT_EMPTY:
            raise
        if error.sqlstate == LEFT_OPEN:
            problem = f"the tracking table public.schema_migrations stays open to the public: {error.message}"
            raise JobError(problem, "take that right away, then run the job again; nothing was applied") from error
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
