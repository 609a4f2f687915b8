"""How often a change was sent, and with what result."""

from __future__ import annotations

from runtime.process.errors import JobError, TransientError
from runtime.services.supabase import TIMEOUT_SECONDS, FateUnknown

MAX_SENDS = 5
# What the gateway gave up on ran on, and most likely failed without a listener: it would do so again.
MAX_TIMEOUTS = 2
_LATER = "run the job again once the service is up"


class Attempts:
    """`problem`: why the last one is not known to have succeeded."""

    __slots__ = ("_label", "_seconds", "_sends", "_timeouts", "problem")

    def __init__(self, label: str) -> None:
        self._label = label
        self._seconds = 0.0
        self._sends = 0
        self._timeouts = 0
        self.problem = ""

    @property
    def are_left(self) -> bool:
        """It may be sent once more."""
        return self._sends < MAX_SENDS and self._timeouts < MAX_TIMEOUTS

    def note(self, error: FateUnknown) -> None:
        """It was sent, and is not known to be applied."""
        self._sends += 1
        self.problem = error.problem
        if error.is_timeout:
            self._timeouts += 1
            self._seconds = error.seconds

    def explain(self) -> JobError:
        """Why it is given up; it was seen not to be applied, nor to be at work."""
        if self._timeouts < MAX_TIMEOUTS:
            problem = f"{self._label} was sent {self._sends} times and is not applied, the last time: {self.problem}"
            return TransientError(problem, _LATER)
        problem = (
            f"{self._label} is not applied: after {self._seconds:.0f} s the gateway gave up waiting, "
            f"{self._timeouts} times ({self.problem}), and the server, no longer at work on it, kept nothing of it: "
            "it may have failed after nobody waited for the error any longer"
        )
        if self._seconds <= TIMEOUT_SECONDS:
            return TransientError(problem, _LATER)
        return JobError(
            problem,
            "split the file so that each part takes less than 55 s; run its statements one by one in the SQL editor "
            "to see an error",
        )
