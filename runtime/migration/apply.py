"""Applies scripts one after the other, each exactly once, and keeps count of how far it came."""

from __future__ import annotations

from runtime.migration import queries
from runtime.migration.delivery import MAX_SENDS, READ_FIRST, Delivery
from runtime.process.errors import JobError, TransientError
from runtime.services.supabase import FateUnknown, SqlError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from runtime.context import Context
    from runtime.migration.check.non_transactional import Effect
    from runtime.migration.check.script import Script
    from runtime.migration.queries import Query
    from runtime.migration.tracking_table import TrackingTable
    from runtime.services.supabase import SupabaseDatabase

# Serialization failure, deadlock, lock not available: nothing is wrong with the file.
CONTENTION = ("40001", "40P01", "55P03")


class Applier:
    """`applied`: files this run applied; `overtaken`: files that another run applied meanwhile."""

    __slots__ = ("_applied_by", "_context", "_database", "_delivery", "applied", "overtaken")

    def __init__(self, database: SupabaseDatabase, context: Context, applied_by: str) -> None:
        self._database = database
        self._context = context
        self._delivery = Delivery(database, context)
        self._applied_by = applied_by
        self.applied = 0
        self.overtaken = 0

    def apply(self, scripts: Sequence[Script]) -> None:
        """Raises JobError at the first script that fails; those before it stay applied and counted."""
        for script in scripts:
            name = script.file.name
            started = self._context.clock.monotonic()
            self._context.progress.declare(READ_FIRST, f"the fate of {name} is open")
            try:
                own = self._apply_whole(script) if script.effect is None else self._apply_lone(script, script.effect)
            except JobError as error:
                self._context.log.error("failed", file=name, reason=error.problem)
                raise
            self.applied += own
            self.overtaken += not own
            self._context.progress.reset()
            milliseconds = round((self._context.clock.monotonic() - started) * 1000)
            self._context.log.info("applied" if own else "overtaken", file=name, ms=milliseconds)

    def _apply_whole(self, script: Script) -> bool:
        query = queries.compose_file(script.file, self._applied_by)
        try:
            return self._delivery.deliver(query, lambda tracking_table: script.file.name in tracking_table.rows)
        except SqlError as error:
            raise explain(error, script.file.name, query, script.file.content.count(b"\n") + 1) from error

    def _apply_lone(self, script: Script, effect: Effect) -> bool:
        """The statement alone, then its row, which is written only where the statement has had its effect."""
        name = script.file.name
        reason = ""
        for _ in range(MAX_SENDS):
            # Nothing guards the statement itself, so the row is looked for right before.
            if self._delivery.settle(name, lambda tracking_table: name in tracking_table.rows, quiet_reads=1):
                return False
            reason = self._send_lone(script)
            if (not reason or effect.index) and self._record(script, effect, reason):
                return True
        raise TransientError(
            f"{name} was sent {MAX_SENDS} times without a clear answer, the last time: {reason}",
            "run the job again once the service is well",
        )

    def _send_lone(self, script: Script) -> str:
        """Why it is not clear whether the statement was carried out; empty where it was."""
        query = queries.compose_lone(script.file)
        try:
            self._database.execute(query.text)
        except FateUnknown as error:
            self._context.log.warning("unclear", change=query.label, reason=error.problem)
            # It can't hold the lock; the server's list of what it is at work on says when it is through.
            self._delivery.settle(query.label, _never)
            return error.problem
        except SqlError as error:
            raise explain(error, query.label, query, script.file.content.count(b"\n") + 1) from error
        return ""

    def _record(self, script: Script, effect: Effect, reason: str) -> bool:
        """Writes the row; False if the effect is missing and the statement may just not have arrived."""
        name = script.file.name
        query = queries.compose_record(script.file, effect, self._applied_by)
        try:
            self._delivery.deliver(query, lambda tracking_table: name in tracking_table.rows)
        except SqlError as error:
            if error.sqlstate == queries.ABSENT and reason:
                return False
            if error.sqlstate == queries.INVALID:
                remedy = f"DROP INDEX CONCURRENTLY {effect.index}; mend what broke it (duplicates?), run the job again"
                raise JobError(
                    f"{name} left the index {effect.index} invalid behind; it is not recorded", remedy
                ) from error
            raise explain(error, name, query, 0) from error
        return True


def _never(tracking_table: TrackingTable) -> bool:
    return False


def explain(error: SqlError, name: str, query: Query, lines: int) -> JobError:
    """What failed where in the file: the error counts lines within the query, which starts with the runner's own."""
    place = name
    if error.line is not None and lines:
        place = f"{name}:{min(max(error.line - query.lines_before, 1), lines)}"
    problem = f"{place} failed and is not applied: {error.problem}"
    if error.sqlstate in CONTENTION:
        return TransientError(problem, "run the job again when less is going on in the database")
    return JobError(problem, "correct the file, build the image again, run the job again: earlier files stay applied")
