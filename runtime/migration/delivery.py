"""Sends a change until its fate is known: nothing goes twice before the tracking table was read."""

from __future__ import annotations

from runtime.migration.queries import LOCKED, RECORDED
from runtime.migration.tracking_table import read_tracking_table
from runtime.process.errors import TransientError
from runtime.services.supabase import FateUnknown, SqlError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from runtime.context import Context
    from runtime.migration.queries import Query
    from runtime.migration.tracking_table import TrackingTable
    from runtime.services.supabase import SupabaseDatabase

READ_FIRST = "run the job again: it reads the tracking table before it sends anything"
MAX_SENDS = 5
# The server, or a proxy in front of it, may yet get to a request whose client has gone: one look is not enough.
QUIET_READS = 2
PAUSES = (2.0, 4.0, 8.0, 15.0)


class Delivery:
    """Sends to one database before the run's deadline."""

    __slots__ = ("_context", "_database")

    def __init__(self, database: SupabaseDatabase, context: Context) -> None:
        self._database = database
        self._context = context

    def deliver(self, query: Query, is_done: Callable[[TrackingTable], bool]) -> bool:
        """Returns once the change is made; False if the tracking table had it before this run's own request.

        Raises SqlError where PostgreSQL refuses the query, TransientError where time or sends have run out.
        """
        sent = False
        problem = ""
        for _ in range(MAX_SENDS):
            try:
                if _confirms(self._database.execute(query.text), query.label):
                    return True
                problem, sent = "an answer without the row that confirms it", True
            except FateUnknown as error:
                problem, sent = error.problem, True
            except SqlError as error:
                if error.sqlstate not in (LOCKED, RECORDED):
                    raise
                problem = error.text
            self._context.log.warning("unclear", change=query.label, reason=problem)
            if self.settle(query.label, is_done):
                return sent
        raise TransientError(
            f"{query.label} was sent {MAX_SENDS} times and is not applied, the last time: {problem}",
            "run the job again once the service is well",
        )

    def settle(self, label: str, is_done: Callable[[TrackingTable], bool], quiet_reads: int = QUIET_READS) -> bool:
        """Waits until the tracking table has the change (True), or nobody is at work any more and it has not (False).

        Raises TransientError where the time is up before either.
        """
        quiet = 0
        reads = 0
        while True:
            tracking_table = self._read(label)
            if is_done(tracking_table):
                self._context.log.info("settled", change=label, reads=reads + 1)
                return True
            quiet = 0 if tracking_table.locked or label in tracking_table.running else quiet + 1
            if quiet == quiet_reads:
                return False
            self._pause(label, PAUSES[min(reads, len(PAUSES) - 1)])
            reads += 1

    def _read(self, label: str) -> TrackingTable:
        try:
            return read_tracking_table(self._database)
        except TransientError as error:
            raise _leave_open(label, error.problem) from error

    def _pause(self, label: str, seconds: float) -> None:
        if self._context.clock.monotonic() + seconds >= self._context.deadline:
            raise _leave_open(label, "the job's time is up")
        self._context.clock.sleep(seconds)


def _leave_open(label: str, reason: str) -> TransientError:
    return TransientError(
        f"the fate of {label} is open: {reason}",
        READ_FIRST,
    )


def _confirms(rows: list[object], label: str) -> bool:
    return rows == [{"filename": label}]
