"""How a job ended, in the words of its summary."""

from __future__ import annotations

from collections.abc import Mapping

from runtime.process.errors import DONE, FAILED, GAVE_UP

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
