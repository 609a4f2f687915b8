"""What a job's summary says: how it ended, or how far it came if the run ends before."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from runtime.process.errors import DONE, FAILED, GAVE_UP

RUN_AGAIN = "run the job again; what was done is kept"
EXIT_STATUSES = {
    "done": DONE,
    "skipped": DONE,
    "pending": DONE,
    "drifted": DONE,
    "failed": FAILED,
    "incomplete": GAVE_UP,
}


class Outcome:
    """`status` is a key of EXIT_STATUSES, `reason` says why if it is not plainly done.

    `details` go into the summary line as they are.
    """

    def __init__(
        self,
        status: str,
        counts: Mapping[str, int],
        reason: str = "",
        remedy: str = "",
        details: Mapping[str, object] | None = None,
    ) -> None:
        self.status = status
        self.counts = counts
        self.reason = reason
        self.remedy = remedy
        self.details = details or {}

    @property
    def exit_status(self) -> int:
        """What the process ends with."""
        return EXIT_STATUSES[self.status]


class Progress:
    """How far a job came (`count`), and if the run ends now, what is open, perhaps nothing, and what to do (`step`).

    A signal's handler reads it at any moment, in the middle of the job's own thread: each change is one assignment, and
    `count`, which a job sets, takes no lock and cannot raise.
    """

    def __init__(self) -> None:
        self.count: Callable[[], Mapping[str, int]] = dict
        self.step = ("", RUN_AGAIN)

    def declare(self, remedy: str = RUN_AGAIN, open: str = "") -> None:  # noqa: A002 - reads as a word at each call
        """Before a step: what to do, and what is unknown (was a file applied?), if the run ends within it.

        After one whose end is known, without either: nothing is open, and running again is right.
        """
        self.step = (open, remedy)
