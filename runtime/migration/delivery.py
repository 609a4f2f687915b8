"""Sends a change until its fate is known: nothing goes twice before the tracking table was read."""

from __future__ import annotations

from runtime.migration.own_sql import LOCKED, RECORDED
from runtime.migration.report import REACHABLE
from runtime.migration.tracking_table import read_tracking_table
from runtime.process.errors import JobError, TransientError
from runtime.services.sql_error import SqlError
from runtime.services.supabase import TIMEOUT_SECONDS, FateUnknown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from runtime.migration.queries import Query
    from runtime.migration.tracking_table import TrackingTable
    from runtime.process.clock import Clock
    from runtime.process.log import Log
    from runtime.services.supabase import SupabaseDatabase

READ_FIRST = "run the job again: it reads the tracking table before it sends anything"
MAX_SENDS = 5
# What the gateway gave up on ran on, and most likely failed without a listener: it would do so again.
MAX_TIMEOUTS = 2
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

    def deliver(self, query: Query, is_done: Callable[[TrackingTable], bool]) -> bool:
        """Returns once the change is made; False if the tracking table had it before this run's own request.

        Raises SqlError if PostgreSQL refuses the query, TransientError or JobError if time or sends have run out.
        """
        sent = False
        problem = ""
        attempts = Attempts(query.label)
        while attempts.are_left:
            try:
                if self._confirms(self._database.execute(query.text), query.label):
                    return True
                problem, sent = "an answer without the row that confirms it", True
                attempts.note(problem)
            except FateUnknown as error:
                problem, sent = error.problem, True
                attempts.note_unknown(error)
            except SqlError as error:
                if error.sqlstate not in (LOCKED, RECORDED):
                    raise
                problem = error.text
                attempts.note(problem)
            self._log.warning("unclear", change=query.label, reason=problem)
            if self.settle(query.label, is_done):
                return sent
        raise attempts.explain()

    def settle(self, label: str, is_done: Callable[[TrackingTable], bool], quiet_reads: int = QUIET_READS) -> bool:
        """Waits until the tracking table has the change (True), or nobody is at work any more and it has not (False).

        Raises TransientError if the time is up before either.
        """
        quiet = 0
        reads = 0
        while True:
            tracking_table = self.read(label)
            if is_done(tracking_table):
                self._log.info("settled", change=label, reads=reads + 1)
                return True
            quiet = 0 if tracking_table.locked or label in tracking_table.running else quiet + 1
            if quiet == quiet_reads:
                return False
            self._pause(label, PAUSES[min(reads, len(PAUSES) - 1)])
            reads += 1

    def read(self, label: str) -> TrackingTable:
        """One request. Raises TransientError, which says that the change's fate is open."""
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


class Attempts:
    """How often a change was sent, and what came of it; `are_left`: it may go again."""

    __slots__ = ("_label", "_problem", "_seconds", "_sends", "_timeouts")

    def __init__(self, label: str) -> None:
        self._label = label
        self._problem = ""
        self._seconds = 0.0
        self._sends = 0
        self._timeouts = 0

    @property
    def are_left(self) -> bool:
        """Below both limits."""
        return self._sends < MAX_SENDS and self._timeouts < MAX_TIMEOUTS

    def note(self, problem: str) -> None:
        """It was sent once more, and is not known to be applied."""
        self._sends += 1
        self._problem = problem

    def note_unknown(self, error: FateUnknown) -> None:
        """The same, with what is known of the time it took."""
        self.note(error.problem)
        if error.is_timeout:
            self._timeouts += 1
            self._seconds = error.seconds

    def explain(self) -> JobError:
        """Why it is given up; it was seen not to be applied, nor to be at work."""
        if self._timeouts < MAX_TIMEOUTS:
            return TransientError(
                f"{self._label} was sent {self._sends} times and is not applied, the last time: {self._problem}",
                "run the job again once the service is well",
            )
        problem = (
            f"{self._label} is not applied: after {self._seconds:.0f} s the gateway gave up waiting, "
            f"{self._timeouts} times ({self._problem}), and the server, no longer at work on it, kept nothing of it: "
            "it may have failed inside, where nobody heard the error"
        )
        if self._seconds <= TIMEOUT_SECONDS:
            return TransientError(problem, "run the job again once the service is well")
        return JobError(
            problem,
            "split the file so that each part takes less than 55 s; run its statements one by one in the SQL editor "
            "to see an error",
        )


def _leave_open(label: str, reason: str) -> TransientError:
    return TransientError(
        f"the fate of {label} is open: {reason}",
        READ_FIRST,
    )
