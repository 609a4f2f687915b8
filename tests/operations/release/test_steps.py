"""A release's steps are the catalog's, in its order, no matter where it is resumed (FR-SJ-002.4)."""

from __future__ import annotations

import pytest

from operations.release.steps import list_jobs, list_left
from runtime.config.catalog import load_catalog
from runtime.process.errors import UsageError
from tests.catalog import JOBS, RELEASED

CATALOG = load_catalog()


def test_the_order_is_that_of_the_release_steps() -> None:
    """FR-SJ-002.4."""
    assert RELEASED == [job.name for job in list_jobs(CATALOG)]


@pytest.mark.parametrize(
    ("start", "left"),
    [
        (None, RELEASED),
        (RELEASED[0], RELEASED),
        (JOBS[RELEASED[0]]["aliases"][0], RELEASED),
        (RELEASED[1], RELEASED[1:]),
        (f"cloudact-{JOBS[RELEASED[2]]['cloud_run_job']}", RELEASED[2:]),
        ("verify", []),
    ],
)
def test_what_is_left_begins_with_the_step_named(start: str | None, left: list[str]) -> None:
    """By any of the job's names; nothing is left to run but the verification after verify."""
    assert left == [job.name for job in list_left(CATALOG, start)]


@pytest.mark.parametrize(
    ("start", "problem"),
    [("quota-reset", "quota-reset is not a step of a release"), ("", "a release has no step ''"), ("x", "no step 'x'")],
)
def test_another_word_is_refused_with_the_steps(start: str, problem: str) -> None:
    """Also the name of a job that is not released."""
    with pytest.raises(UsageError, match=f"its steps are {', '.join(RELEASED)}, verify") as refusal:
        list_left(CATALOG, start)
    assert problem in refusal.value.problem
