"""One base class for everything that ends a job, and the exit statuses."""

from __future__ import annotations

DONE = 0
FAILED = 1
REFUSED = 2
GAVE_UP = 75
TERMINATED = 143

CHECK_ADDRESS = "check that the address is the service's, and which version answers there"


class JobError(Exception):
    """A job could not do its work: what failed, on which object, and the next step.

    `status` is what the summary line says, `exit_status` what the process ends with.
    """

    exit_status = FAILED
    status = "failed"

    def __init__(self, problem: str, remedy: str = "") -> None:
        super().__init__(problem, remedy)
        self.problem = problem
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.problem} - {self.remedy}" if self.remedy else self.problem


class UsageError(JobError):
    """The command line is wrong; nothing was sent."""

    exit_status = REFUSED


class ConfigurationError(JobError):
    """The environment, a catalog or a secret is wrong; nothing was sent."""

    exit_status = REFUSED


class TransientError(JobError):
    """Gave up on a fault that may pass, or out of time with work left: run it again."""

    exit_status = GAVE_UP
    status = "incomplete"


class UnexpectedAnswer(JobError):
    """A complete answer that is not what the contract says: another version of the service?"""

    def __init__(self, problem: str, remedy: str = "") -> None:
        super().__init__(problem, remedy or CHECK_ADDRESS)
