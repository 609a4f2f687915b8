"""Changes to the tracking table that run no migration: its creation, renamed files, the baseline."""

from __future__ import annotations

from collections.abc import Sequence

from runtime.migration.delivery import Delivery
from runtime.migration.exposure import LEFT_OPEN, TABLE
from runtime.migration.files import MigrationFile
from runtime.migration.plan import Plan
from runtime.migration.queries import BOOKKEEPING, NOT_EMPTY, compose_bookkeeping
from runtime.migration.tracking_table import TrackingTable
from runtime.process.errors import JobError
from runtime.services.sql_error import SqlError


def adopt(delivery: Delivery, tracking_table: TrackingTable, renamed: Sequence[tuple[MigrationFile, str]]) -> bool:
    """One request, only if the tracking table is missing or open to the public, or a file was renamed; False if not.

    A renamed file gets its own row: without one it would run again as soon as somebody edits it.
    """
    if tracking_table.exists and not tracking_table.exposed and not renamed:
        return False
    _deliver(delivery, [(file, f"renamed from {recorded}") for file, recorded in renamed], only_if_empty=False)
    return True


def record_all(delivery: Delivery, files: Sequence[MigrationFile], tracking_table: TrackingTable) -> int:
    """Records every file as applied, in one request; how many rows it added.

    Raises JobError if the tracking table has other rows than these, and if there is nothing to record.
    """
    added = 0
    if not tracking_table.rows:
        if not tracking_table.tables:
            problem = "the project has no tables: recorded as applied, its migrations would never run"
            raise JobError(problem, "run migrate without --baseline")
        added = len(files)
        try:
            _deliver(delivery, [(file, "baseline") for file in files], only_if_empty=True)
            return added
        except SqlError:
            # The request arrived twice, or another run was faster.
            tracking_table = delivery.read(BOOKKEEPING)
    if Plan(files, tracking_table.rows).status != "done":
        raise JobError(
            f"the tracking table has {len(tracking_table.rows)} row(s) already, which differ from the folder",
            "--baseline is for a project whose tracking table is missing or empty; see migrate --status",
        )
    return added


def _deliver(delivery: Delivery, rows: Sequence[tuple[MigrationFile, str]], *, only_if_empty: bool) -> None:
    """Raises SqlError NOT_EMPTY, JobError for all else that is refused."""
    try:
        delivery.deliver(BOOKKEEPING, compose_bookkeeping(rows, only_if_empty=only_if_empty))
    except SqlError as error:
        if error.sqlstate == NOT_EMPTY:
            raise
        if error.sqlstate == LEFT_OPEN:
            problem = f"the tracking table {TABLE} stays open to the public: {error.message}"
            raise JobError(problem, "take that right away, then run the job again; nothing was applied") from error
        raise JobError(
            f"the tracking table {TABLE} cannot be set up: {error.problem}",
            "it has to belong to the role postgres, with the columns id, filename (unique), applied_at, checksum, "
            "execution_time_ms, applied_by",
        ) from error
