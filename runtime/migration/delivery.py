"""Sends a change until its result is known: nothing goes twice before the tracking table was read."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain, repeat

from runtime.migration.queries import LOCKED, RECORDED
from runtime.migration.tracking_table import TrackingTable, read_tracking_table
from runtime.net.retry import RUN_LATER
from runtime.process.clock import Clock
from runtime.process.errors import JobError, TransientError
from runtime.process.log import Log
from runtime.services.sql_error import SqlError
from runtime.services.supabase import TIMEOUT_SECONDS, FateUnknown, SupabaseDatabase

READ_FIRST = "run the job again: it reads the tracking table before it sends anything"
MAX_SENDS = 5
# The server, or a proxy in front of it, may yet get to a request whose client has gone: one look is not enough.
QUIET_READS = 2
PAUSES = (2.0, 4.0, 8.0, 15.0)


class Delivery:
    """Sends to one database before the deadline (of clock.monotonic).

    `tracking_table` is as it was last read; `reach` is its, as the last answer told.
    """

    def __init__(
        self, database: SupabaseDatabase, tracking_table: TrackingTable, *, clock: Clock, log: Log, deadline: float
    ) -> None:
        self._database = database
        self.tracking_table = tracking_table
        self.reach = tracking_table.reach
        self.clock = clock
        self.log = log
        self._deadline = deadline

    def deliver(self, label: str, query: str, *, is_confirmed: bool = True) -> bool:
        """Returns once the change is made; False if the tracking table had it before this run's own request.

        `is_confirmed`: the answer says so by a row; else any answer will do. Raises SqlError if PostgreSQL refuses the
        query, TransientError or JobError if time or sends have run out.
        """
        sent = False
        faults: list[FateUnknown] = []
        # What the gateway gave up on ran on, and most likely failed without a listener: once more is enough.
        while len(faults) < MAX_SENDS and not any(fault.is_timeout for fault in faults[:-1]):
            try:
                rows = self._database.execute(query)
                if not is_confirmed or self._confirms(rows, label):
                    return True
                raise FateUnknown("an answer without the row that confirms it")
            except FateUnknown as error:
                faults.append(error)
                sent = True
            except SqlError as error:
                if error.sqlstate not in (LOCKED, RECORDED):
                    raise
                faults.append(FateUnknown(error.text))
            self.log.warning("unclear", change=label, reason=faults[-1].problem)
            if self.settle(label):
                return sent
        raise _give_up(label, faults)

    def settle(self, label: str, quiet_reads: int = QUIET_READS) -> bool:
        """Waits until the tracking table has the label (True), or nobody is at work any more and it has not (False).

        Raises TransientError if the time is up before either.
        """
        quiet, pauses = 0, chain(PAUSES, repeat(PAUSES[-1]))
        while True:
            tracking_table = self.read(label)
            if label in tracking_table.rows:
                return True
            at_work = tracking_table.locked or label in tracking_table.running
            quiet = 0 if at_work else quiet + 1
            if quiet == quiet_reads:
                return False
            if at_work:
                self.log.info("waiting", change=label, reason="the server is still at work on it")
            pause = next(pauses)
            if self.clock.monotonic() + pause >= self._deadline:
                raise _leave_open(label, "the job's time is up")
            self.clock.sleep(pause)

    def read(self, label: str) -> TrackingTable:
        """One request. Raises TransientError, which says that the change's result is unknown."""
        try:
            self.tracking_table = read_tracking_table(self._database)
        except TransientError as error:
            raise _leave_open(label, error.problem) from error
        self.reach = self.tracking_table.reach
        return self.tracking_table

    def _confirms(self, rows: list[object], label: str) -> bool:
        match rows:
            case [{"filename": name, "reach": [*reach]}] if name == label:
                new = [str(what) for what in reach if what not in self.reach]
                self.reach = tuple(map(str, reach))
                if new:
                    reason = f"the tracking table can be reached through {', '.join(new)}"
                    self.log.warning("reachable", change=label, reason=reason)
                return True
        return False


def _give_up(label: str, faults: Sequence[FateUnknown]) -> JobError:
    """Why a change is not sent once more; it was seen not to be made, nor to be at work."""
    if not all(fault.is_timeout for fault in faults[-2:]):
        problem = f"{label} was sent {len(faults)} times and is not applied, the last time: {faults[-1].problem}"
        return TransientError(problem, RUN_LATER)
    seconds = faults[-1].seconds
    problem = (
        f"{label} is not applied: after {seconds:.0f} s the gateway gave up waiting, twice ({faults[-1].problem}), and "
        "the server is no longer at work on it: it may have failed after the gateway stopped waiting"
    )
    if seconds <= TIMEOUT_SECONDS:
        return TransientError(problem, RUN_LATER)
    remedy = "split the file so that each part takes less than 55 s; run its statements one by one in the SQL editor"
    return JobError(problem, f"{remedy} to see an error")


def _leave_open(label: str, reason: str) -> TransientError:
    return TransientError(f"it is unknown whether {label} was applied: {reason}", READ_FIRST)
