"""A check ends as a finding, on any error in it; a permission that operators do not need is no fault."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from operations.cloud.refusals import PermissionMissing
from operations.diagnosis.finding import Finding, Health, find, find_if_permitted, gather
from runtime.net.retry import GaveUp
from runtime.process.errors import ConfigurationError, JobError


def fail(error: JobError) -> Callable[[], str]:
    """A check that ends so."""

    def check() -> str:
        raise error

    return check


DENIED = PermissionMissing("may not", "ask")


@pytest.mark.parametrize(
    ("check", "finding"),
    [
        (lambda: "fine", Finding("it", Health.WELL, "fine")),
        (fail(ConfigurationError("no key", "add one")), Finding("it", Health.WRONG, "no key", "add one")),
        (fail(DENIED), Finding("it", Health.WRONG, "may not", "ask")),
    ],
)
def test_an_error_is_a_finding_with_its_remedy(check: Callable[[], str], finding: Finding) -> None:
    """Never an exception: the next check has to be shown too."""
    assert finding == find("it", check)


def test_a_missing_right_is_not_a_fault_if_none_is_needed() -> None:
    """Operators do not need to read the root key."""
    assert Finding("it", Health.UNKNOWN, "may not", "ask") == find_if_permitted("it", fail(DENIED))


def test_a_client_that_gave_up_does_not_speak_of_jobs() -> None:
    """Its remedy is for the jobs' log."""
    found = find("it", fail(GaveUp("503", "run the job again", maybe_processed=False)))
    assert ("503", False) == (found.detail, "job" in found.remedy)


def test_findings_keep_the_order_of_their_checks() -> None:
    """However long each takes."""
    wells = [Finding(name, Health.WELL, "") for name in "abcdef"]
    assert wells == gather([lambda found=found: [found] for found in wells])  # type: ignore[misc]
