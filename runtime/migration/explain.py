"""What an error of PostgreSQL means for a migration, and what to do about it."""

from __future__ import annotations

from collections.abc import Iterable

from runtime.migration.exposure import LEFT_OPEN, TABLE
from runtime.migration.queries import ABSENT, ESCAPING, INVALID, SPOILED, UNUSABLE
from runtime.process.errors import JobError, TransientError
from runtime.services.sql_error import CANCELED, SqlError

# Serialization failure, deadlock, lock not available: nothing is wrong with the file.
CONTENTION = ("40001", "40P01", "55P03")
PLAIN_STRINGS = "ALTER DATABASE postgres RESET standard_conforming_strings, and ALTER ROLE postgres RESET it likewise"
# The runner's own part: what is wrong, and what to do.
_OWN = {
    LEFT_OPEN: (
        f"is not applied: after it the tracking table {TABLE} would stay open to the public:",
        "take that away, out of the file or by hand; nothing was kept",
    ),
    ABSENT: ("is not recorded: its statement had no effect:", "see what else is of that name"),
    ESCAPING: ("was not run:", PLAIN_STRINGS),
    SPOILED: (
        f"is not applied: after it the tracking table {TABLE} would be unusable:",
        "the file must leave that table alone; nothing of the file was kept",
    ),
    UNUSABLE: (
        f"was not run: the tracking table {TABLE} cannot be used:",
        "it has to belong to the role postgres, with the columns id, filename (unique), applied_at, checksum, "
        "execution_time_ms, applied_by: see who changed it",
    ),
}


def explain_own(error: SqlError, name: str) -> JobError | None:
    """An error of the runner's own statements, which is no line of the file; None if it is the file's."""
    if error.sqlstate == INVALID:
        return explain_left_behind(JobError(f"{name} is not recorded"), [error.message])
    if error.sqlstate in _OWN:
        problem, remedy = _OWN[error.sqlstate]
        return JobError(f"{name} {problem} {error.message}", remedy)
    return None


def explain(error: SqlError, subject: str, *, alone: bool) -> JobError:
    """An error of the file. `subject`: the place; `alone`: outside of a transaction."""
    problem = f"{subject} failed and is not applied: {error.problem}"
    remedy = "correct the file, build the image again, run the job again: earlier files stay applied"
    if error.sqlstate in CONTENTION:
        return TransientError(problem, "run the job again when less is going on in the database")
    if error.sqlstate in CANCELED and "timeout" not in error.message:
        remedy = "somebody cancelled it: find out why, then run the job again"
    elif error.sqlstate in CANCELED and alone:
        remedy = (
            "see what it left behind (it runs outside a transaction); run it by hand with a longer statement_timeout"
        )
    elif error.sqlstate in CANCELED:
        remedy = (
            "split the file, or begin it with SET LOCAL statement_timeout = '50s' (the service gives up at 55 s); an "
            "index is built with the marker -- migrate: no-transaction"
        )
    return JobError(problem, remedy)


def explain_left_behind(error: JobError, indexes: Iterable[str]) -> JobError:
    """The error, with the invalid indexes that the file's statement left."""
    names = sorted(indexes)
    if not names:
        return error
    drops = " ".join(f"DROP INDEX CONCURRENTLY {name};" for name in names)
    remedy = f"{drops} then fix what broke the build (duplicates?), run the job again"
    return JobError(f"{error.problem}; it left behind the invalid index {', '.join(names)}", remedy)
