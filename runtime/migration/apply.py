"""Applies scripts one after the other, each exactly once, and keeps count of how far it came."""

from __future__ import annotations

from runtime.migration import own_sql, queries
from runtime.migration.delivery import READ_FIRST, Attempts
from runtime.migration.exposure import LEFT_OPEN
from runtime.migration.failure import MOST_NAMES, Failure, locate
from runtime.process.errors import JobError, TransientError
from runtime.services.sql_error import CANCELED, SqlError
from runtime.services.supabase import FateUnknown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from runtime.migration.check.non_transactional import ExpectedResult
    from runtime.migration.check.script import Script
    from runtime.migration.delivery import Delivery
    from runtime.migration.queries import Query
    from runtime.migration.tracking_table import TrackingTable
    from runtime.process.clock import Clock
    from runtime.process.log import Log
    from runtime.process.progress import Progress
    from runtime.services.supabase import SupabaseDatabase

# Serialization failure, deadlock, lock not available: nothing is wrong with the file.
CONTENTION = ("40001", "40P01", "55P03")
CORRECT = "correct the file, build the image again, run the job again: earlier files stay applied"
_TRACKING_TABLE = "the tracking table public.schema_migrations"


class Applier:
    """`applied`: files this run applied; `overtaken`: how many another run applied meanwhile; `failure`: the last's."""

    __slots__ = (
        "_applied_by",
        "_clock",
        "_database",
        "_delivery",
        "_log",
        "_progress",
        "applied",
        "failure",
        "overtaken",
    )

    def __init__(
        self,
        database: SupabaseDatabase,
        delivery: Delivery,
        *,
        clock: Clock,
        log: Log,
        progress: Progress,
        applied_by: str,
    ) -> None:
        self._database = database
        self._delivery = delivery
        self._clock = clock
        self._log = log
        self._progress = progress
        self._applied_by = applied_by
        self.applied: list[str] = []
        self.overtaken = 0
        self.failure: Failure | None = None

    def apply(self, scripts: Sequence[Script]) -> None:
        """Raises JobError at the first script that fails; those before it stay applied and counted."""
        for number, script in enumerate(scripts, start=1):
            name = script.file.name
            started = self._clock.monotonic()
            self._progress.declare(READ_FIRST, f"the fate of {name} is open")
            try:
                own = (
                    self._apply_whole(script) if script.expected is None else self._apply_alone(script, script.expected)
                )
            except JobError as error:
                self.failure = self.failure or Failure(name, error.problem)
                self.failure.applied = self.applied[-MOST_NAMES:]
                self.failure.left = [other.file.name for other in scripts[number:][:MOST_NAMES]]
                self._log.error("failed", file=name, reason=error.problem)
                raise
            if own:
                self.applied.append(name)
            self.overtaken += not own
            self._progress.reset()
            milliseconds = round((self._clock.monotonic() - started) * 1000)
            self._log.info("applied" if own else "overtaken", file=name, ms=milliseconds)

    def _apply_whole(self, script: Script) -> bool:
        name = script.file.name
        query = queries.compose_file(script.file, self._applied_by)
        try:
            return self._delivery.deliver(query, lambda tracking_table: name in tracking_table.rows)
        except SqlError as error:
            if error.sqlstate == CANCELED and name in self._delivery.read(name).rows:
                return False
            raise self._explain(error, script, query) from error

    def _apply_alone(self, script: Script, expected: ExpectedResult) -> bool:
        """The statement alone, then its row, which is written only if the statement has had its effect."""
        name = script.file.name
        attempts = Attempts(name)
        while attempts.are_left:
            # Nothing guards the statement itself, so the row is looked for right before.
            if self._delivery.settle(name, lambda tracking_table: name in tracking_table.rows, quiet_reads=1):
                return False
            clear = self._send_alone(script, attempts)
            if (clear or expected.index) and self._record(script, expected, clear):
                return True
        raise attempts.explain()

    def _send_alone(self, script: Script, attempts: Attempts) -> bool:
        """Whether it is clear that the statement was carried out."""
        query = queries.compose_alone(script.file)
        before = self._delivery.invalid
        try:
            self._database.execute(query.text)
        except FateUnknown as error:
            attempts.note_unknown(error)
            self._log.warning("unclear", change=query.label, reason=error.problem, seconds=round(error.seconds))
            # It can't hold the lock; the server's list of what it is at work on says when it is through.
            self._delivery.settle(query.label, _never)
            return False
        except SqlError as error:
            left_behind = sorted(self._delivery.read(query.label).invalid - before)
            raise self._explain(error, script, query, left_behind) from error
        return True

    def _record(self, script: Script, expected: ExpectedResult, clear: bool) -> bool:
        """Writes the row; False if the effect is missing and the statement may just not have arrived."""
        name = script.file.name
        query = queries.compose_record(script.file, expected, self._applied_by)
        try:
            self._delivery.deliver(query, lambda tracking_table: name in tracking_table.rows)
        except SqlError as error:
            if error.sqlstate == own_sql.ABSENT and not clear:
                return False
            if error.sqlstate == own_sql.INVALID:
                problem = f"{name} left the index {error.message} invalid behind; it is not recorded"
                raise JobError(problem, _remove([error.message])) from error
            raise self._explain(error, script, query) from error
        return True

    def _explain(self, error: SqlError, script: Script, query: Query, left_behind: Sequence[str] = ()) -> JobError:
        """What failed: the file, at its line; or the runner's own part, in its own words."""
        name = script.file.name
        if error.sqlstate == LEFT_OPEN:
            problem = (
                f"{name} is not applied: behind it {_TRACKING_TABLE} would stay open to the public: {error.message}"
            )
            return JobError(problem, "take that out of the file; nothing of the file was kept")
        if error.sqlstate == own_sql.SPOILED:
            problem = f"{name} is not applied: behind it {_TRACKING_TABLE} cannot be written: {error.message}"
            return JobError(problem, "the file must leave that table alone; nothing of the file was kept")
        if error.sqlstate == own_sql.UNUSABLE:
            problem = f"{name} was not run: {_TRACKING_TABLE} cannot be used: {error.message}"
            return JobError(problem, "see who changed it since the run began; then run the job again")
        self.failure = locate(script.file, query.start, error)
        problem = f"{self.failure.subject} failed and is not applied: {error.problem}"
        if left_behind:
            return JobError(
                f"{problem}; it left behind the invalid index {', '.join(left_behind)}", _remove(left_behind)
            )
        if error.sqlstate in CONTENTION:
            return TransientError(problem, "run the job again when less is going on in the database")
        if error.sqlstate == CANCELED and "statement timeout" in error.message:
            return JobError(problem, _FASTER if script.expected is None else _FASTER_ALONE)
        return JobError(problem, CORRECT)


_FASTER = (
    "split the file, or begin it with SET LOCAL statement_timeout = '50s' (the service gives up at 55 s); an index is "
    "built with the marker -- migrate: no-transaction"
)
_FASTER_ALONE = "see what it left behind (it is no transaction); run it by hand with a longer statement_timeout"


def _remove(indexes: Sequence[str]) -> str:
    drops = " ".join(f"DROP INDEX CONCURRENTLY {index};" for index in indexes)
    return f"{drops} then fix what broke the build (duplicates?), run the job again"


def _never(tracking_table: TrackingTable) -> bool:
    return False
