"""Applies scripts one after the other, each exactly once, and keeps count of how far it came."""

from __future__ import annotations

from collections.abc import Sequence

from runtime.migration import queries
from runtime.migration.attempts import Attempts
from runtime.migration.check.non_transactional import ExpectedResult
from runtime.migration.check.script import Script
from runtime.migration.delivery import READ_FIRST, Delivery
from runtime.migration.explain import CORRECT, explain, explain_own
from runtime.migration.failure import MOST_NAMES, Failure, locate
from runtime.migration.own_sql import ABSENT
from runtime.migration.queries import Query
from runtime.process.clock import Clock
from runtime.process.errors import JobError
from runtime.process.log import Log
from runtime.process.progress import Progress
from runtime.services.sql_error import CANCELED, SqlError
from runtime.services.supabase import FateUnknown, SupabaseDatabase


class Applier:
    """`applied`: files this run applied; `overtaken`: how many another run applied meanwhile; `failure`: the last's."""

    __slots__ = (
        *("_applied_by", "_clock", "_database", "_delivery", "_log", "_progress"),
        *("applied", "failure", "overtaken"),
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
            self._progress.declare(READ_FIRST, f"it is unknown whether {name} was applied")
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
        """False if another run applied it meanwhile."""
        name = script.file.name
        query = queries.compose_file(script.file, self._applied_by)
        try:
            return self._delivery.deliver(query)
        except SqlError as error:
            if error.sqlstate in CANCELED and name in self._delivery.read(name).rows:
                return False
            raise self._explain(error, script, query) from error

    def _apply_alone(self, script: Script, expected: ExpectedResult) -> bool:
        """Likewise: the statement alone, then its row, which is written only if the statement has had its effect."""
        name = script.file.name
        attempts = Attempts(name)
        while attempts.are_left:
            # Nothing guards the statement itself, so the row is looked for right before.
            if self._delivery.settle(name, quiet_reads=1):
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
            attempts.note(error)
            self._log.warning("unclear", change=query.label, reason=error.problem)
            # It can't hold the lock; the server's list of what it is at work on says when it is through.
            self._delivery.settle(query.label)
            return False
        except SqlError as error:
            left_behind = sorted(self._delivery.read(query.label).invalid - before)
            raise self._explain(error, script, query, left_behind) from error
        return True

    def _record(self, script: Script, expected: ExpectedResult, clear: bool) -> bool:
        """Writes the row; False if the effect is missing and the statement may just not have arrived."""
        query = queries.compose_record(script.file, expected, self._applied_by)
        try:
            self._delivery.deliver(query)
        except SqlError as error:
            if error.sqlstate == ABSENT and not clear:
                return False
            raise self._explain(error, script, None) from error
        return True

    def _explain(
        self, error: SqlError, script: Script, query: Query | None, left_behind: Sequence[str] = ()
    ) -> JobError:
        """`query` is None if none of the file's text was in it."""
        own = explain_own(error, script.file.name)
        if own is not None or query is None:
            return own or JobError(f"{script.file.name} is not recorded: {error.problem}", CORRECT)
        self.failure = locate(script.file, query.start, error)
        return explain(error, self.failure.subject, left_behind, alone=script.expected is not None)
