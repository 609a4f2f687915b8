"""The changes of a run: the tracking table made ready, then the files one after the other, each exactly once."""

from __future__ import annotations

from collections.abc import Sequence

from runtime.migration import queries
from runtime.migration.check.inspection import Inspection
from runtime.migration.delivery import READ_FIRST, Delivery
from runtime.migration.explain import explain, explain_left_behind, explain_own
from runtime.migration.failure import MOST_NAMES, Failure, locate
from runtime.migration.files import MigrationFile
from runtime.migration.plan import Plan
from runtime.migration.queries import BOOKKEEPING, NOT_EMPTY
from runtime.process.errors import JobError, TransientError
from runtime.process.outcome import Progress
from runtime.services.sql_error import CANCELED, SqlError


class Applier:
    """`applied`: files this run applied; `overtaken`: how many another run applied meanwhile; `failure`: the last's."""

    def __init__(self, delivery: Delivery, progress: Progress, applied_by: str) -> None:
        self._delivery = delivery
        self._progress = progress
        self._applied_by = applied_by
        self._recorded = len(delivery.tracking_table.rows)
        self.applied: list[str] = []
        self.overtaken = 0
        self.failure = Failure("", "")

    def apply(self, files: Sequence[MigrationFile], inspections: Sequence[Inspection]) -> None:
        """Raises JobError at the first file that fails; those before it stay applied and counted."""
        clock, log = self._delivery.clock, self._delivery.log
        for number, (file, inspection) in enumerate(zip(files, inspections, strict=True), start=1):
            started = clock.monotonic()
            self._progress.declare(READ_FIRST, f"it is unknown whether {file.name} was applied")
            try:
                own = self._apply_alone(file, inspection) if inspection.is_alone else self._apply(file, inspection)
            except JobError as error:
                if not self.failure.file:
                    self.failure = Failure(file.name, error.problem)
                self.failure.applied = self.applied[-MOST_NAMES:]
                self.failure.left = [other.name for other in files[number:][:MOST_NAMES]]
                log.error("failed", file=file.name, reason=error.problem)
                raise
            if own:
                self.applied.append(file.name)
            self.overtaken += not own
            self._progress.declare()
            milliseconds = round((clock.monotonic() - started) * 1000)
            log.info("applied" if own else "overtaken", file=file.name, ms=milliseconds)

    def _apply(self, file: MigrationFile, inspection: Inspection) -> bool:
        """False if another run applied it meanwhile."""
        query, start = queries.compose_file(file, self._applied_by, self._recorded + len(self.applied))
        try:
            return self._delivery.deliver(file.name, query)
        except SqlError as error:
            if error.sqlstate in CANCELED and file.name in self._delivery.read(file.name).rows:
                return False
            raise self._explain(error, file, inspection, start) from error

    def _apply_alone(self, file: MigrationFile, inspection: Inspection) -> bool:
        """Likewise: the statement alone, then its row, which is written only if the statement has had its effect.

        Nothing guards the statement, so the row is looked for right before. It is one that may run twice, so after an
        unclear answer, and once the server is no longer at work on it, it goes again.
        """
        if self._delivery.settle(file.name, quiet_reads=1):
            return False
        before = self._delivery.tracking_table.invalid
        query, start = queries.compose_alone(file)
        try:
            self._delivery.deliver(file.name, query, is_confirmed=False)
        except TransientError:
            raise
        except JobError as error:
            cause = self._explain(error, file, inspection, start) if isinstance(error, SqlError) else error
            raise explain_left_behind(cause, self._delivery.read(file.name).invalid - before) from error
        query = queries.compose_record(file, inspection.index, inspection.table, self._applied_by)
        try:
            return self._delivery.deliver(file.name, query)
        except SqlError as error:
            reason = f"{file.name} is not recorded: {error.problem}"
            raise explain_own(error, file.name) or TransientError(reason, READ_FIRST) from error

    def _explain(self, error: SqlError, file: MigrationFile, inspection: Inspection, start: int) -> JobError:
        own = explain_own(error, file.name)
        if own is not None:
            return own
        self.failure = locate(file, inspection.statements, start, error)
        return explain(error, self.failure.subject, alone=inspection.is_alone)


def adopt(delivery: Delivery, renamed: Sequence[tuple[MigrationFile, str]]) -> None:
    """One request, only if the tracking table is missing or open to the public, or a file was renamed.

    A renamed file gets its own row: without one it would run again as soon as somebody edits it.
    """
    before = delivery.tracking_table
    if renamed or before.exposed or not before.exists:
        rows = [(file, f"renamed from {recorded}") for file, recorded in renamed]
        _deliver_bookkeeping(delivery, queries.compose_bookkeeping(rows))
        delivery.log.info("bookkeeping", created=not before.exists, secured=before.exposed)


def record_all(delivery: Delivery, files: Sequence[MigrationFile]) -> int:
    """Records every file as applied, in one request; how many rows it added.

    Raises JobError if the tracking table has other rows than these, and if there is nothing to record.
    """
    added = 0
    if not delivery.tracking_table.rows:
        if not delivery.tracking_table.tables:
            problem = "the project has no tables: recorded as applied, its migrations would never run"
            raise JobError(problem, "run migrate without --baseline")
        added = len(files)
        try:
            query = queries.compose_bookkeeping([(file, "baseline") for file in files], only_if_empty=True)
            _deliver_bookkeeping(delivery, query)
            return added
        except SqlError:
            # The request arrived twice, or another run was faster.
            delivery.read(BOOKKEEPING)
    rows = delivery.tracking_table.rows
    if Plan(files, rows).status != "done":
        raise JobError(
            f"the tracking table has {len(rows)} row(s) already, which differ from the folder",
            "--baseline is for a project whose tracking table is missing or empty; see migrate --status",
        )
    return added


def _deliver_bookkeeping(delivery: Delivery, query: str) -> None:
    """Raises SqlError NOT_EMPTY, JobError for all else that is refused."""
    try:
        delivery.deliver(BOOKKEEPING, query)
    except SqlError as error:
        if error.sqlstate == NOT_EMPTY:
            raise
        raise explain_own(error, BOOKKEEPING) or explain(error, BOOKKEEPING, alone=False) from error
