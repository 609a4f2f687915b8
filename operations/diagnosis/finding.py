"""What one check found."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from enum import StrEnum

from operations.cloud.refusals import PermissionMissing
from runtime.net.retry import GaveUp
from runtime.process.errors import JobError


class Health(StrEnum):
    """Whether a thing is as it has to be."""

    WELL = "well"
    WRONG = "wrong"
    UNKNOWN = "not checked"


@dataclass(frozen=True, slots=True)
class Finding:
    """`detail` is the fact, `remedy` the next step, empty if all is well."""

    name: str
    health: Health
    detail: str
    remedy: str = ""


def find(name: str, check: Callable[[], str]) -> Finding:
    """What `check` says of a thing that is well; its JobError is the finding that it is not."""
    try:
        return Finding(name, Health.WELL, check())
    except JobError as error:
        return report_fault(name, error)


def find_if_permitted(name: str, check: Callable[[], str]) -> Finding:
    """The same, but a missing permission is UNKNOWN, not WRONG: operators do not need it."""
    try:
        return Finding(name, Health.WELL, check())
    except PermissionMissing as error:
        return Finding(name, Health.UNKNOWN, error.problem, error.remedy)
    except JobError as error:
        return report_fault(name, error)


def report_fault(name: str, error: JobError) -> Finding:
    """The finding that an error is."""
    # A client that gave up has a remedy for jobs.
    remedy = "check that the service is up, then retry" if isinstance(error, GaveUp) else error.remedy
    return Finding(name, Health.WRONG, error.problem, remedy)


def gather(checks: Sequence[Callable[[], Sequence[Finding]]]) -> list[Finding]:
    """What all checks find, made at the same time, in their order."""
    with ThreadPoolExecutor(len(checks)) as pool:
        return [finding for findings in pool.map(lambda check: check(), checks) for finding in findings]
