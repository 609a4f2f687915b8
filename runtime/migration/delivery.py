"""Sends a change until its result is known: nothing goes twice before the tracking table was read."""

from __future__ import annotations

from collections.abc import Callable

from runtime.migration.attempts import Attempts
from runtime.migration.own_sql import LOCKED, RECORDED
from runtime.migration.queries import Query
from runtime.migration.report import REACHABLE
from runtime.migration.tracking_table import TrackingTable, read_tracking_table
from runtime.process.clock import Clock
from runtime.process.errors import TransientError
from runtime.process.log import Log
from runtime.services.sql_error import SqlError
from runtime.services.supabase import FateUnknown, SupabaseDatabase

READ_FIRST = "run the job again: it reads the tracking table before it sends anything"
# The server, or a proxy in front of it, may yet get to a request whose client has gone: one look is not enough.
QUIET_READS = 2
PAUSES = (2.0, 4.0, 8.0, 15.0)


class Delivery:
    """Sends to one database before the deadline (of clock.monotonic).

    As the last answers told, `reach`: what hands on the rights of the tracking table's owner; `invalid`: the indexes
    that no query uses.
    """

    __slots__ = ("_clock", "_database", "_deadline", "_log", "invalid", "reach")

    def __init__(self, database: SupabaseDatabase, *, clock: Clock, log: Log, deadline: float) -> None:
        self._database = database
        self._clock = clock
        self._log = log
        self._deadline = deadline
        self.reach: tuple[str, ...] = ()
        self.invalid: frozenset[str] = frozenset()

    def deliver(self, query: Query, is_done: Callable[[TrackingTable], bool] | None = None) -> bool:
        """Returns once the change is made; False if the tracking table had it before this run's own request.

        It is made once the tracking table has a row for the query's label, if `is_done` says nothing else.

        Raises SqlError if PostgreSQL refuses the query, TransientError or JobError if time or sends have run out.
        """
        sent = False
        attempts = Attempts(query.label)
        while attempts.are_left:
            try:
                if self._confirms(self._database.execute(query.text), query.label):
                    return True
                raise FateUnknown("an answer without the row that confirms it")
            except FateUnknown as error:
                attempts.note(error)
                sent = True
            except SqlError as error:
                if error.sqlstate not in (LOCKED, RECORDED):
                    raise
                attempts.note(FateUnknown(error.text))
            self._log.warning("unclear", change=query.label, reason=attempts.problem)
            if self.settle(query.label, is_done):
                return sent
        raise attempts.explain()

    def settle(
        self, label: str, is_done: Callable[[TrackingTable], bool] | None = None, quiet_reads: int = QUIET_READS
    ) -> bool:
        """Waits until the tracking table has the change (True), or nobody is at work any more and it has not (False).

        Raises TransientError if the time is up before either.
        """
        quiet = 0
        reads = 0
        while True:
            tracking_table = self.read(label)
            if is_done(tracking_table) if is_done else label in tracking_table.rows:
                self._log.info("settled", change=label, reads=reads + 1)
                return True
            at_work = tracking_table.locked or label in tracking_table.running
            quiet = 0 if at_work else quiet + 1
            if quiet == quiet_reads:
                return False
            if at_work:
                self._log.info("waiting", change=label, reason="the server is still at work on it")
            self._pause(label, PAUSES[min(reads, len(PAUSES) - 1)])
            reads += 1

    def read(self, label: str) -> TrackingTable:
        """One request. Raises TransientError, which says that the change's result is unknown."""
        try:
            tracking_table = read_tracking_table(self._database)
        except TransientError as error:
            raise _leave_open(label, error.problem) from error
        self.reach, self.invalid = tracking_table.reach, tracking_table.invalid
        return tracking_table

    def _pause(self, label: str, seconds: float) -> None:
        if self._clock.monotonic() + seconds >= self._deadline:
            raise _leave_open(label, "the job's time is up")
        self._clock.sleep(seconds)

    def _confirms(self, rows: list[object], label: str) -> bool:
        if len(rows) != 1 or not isinstance(rows[0], dict) or rows[0].get("filename") != label:
            return False
        reach = rows[0].get("reach")
        known, self.reach = self.reach, tuple(map(str, reach)) if isinstance(reach, list) else ()
        new = [what for what in self.reach if what not in known]
        if new:
            self._log.warning("reachable", change=label, through=new, reason=REACHABLE)
        return True


def _leave_open(label: str, reason: str) -> TransientError:
    return TransientError(f"it is unknown whether {label} was applied: {reason}", READ_FIRST)
