"""What bin/run-job decides before it sends anything."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from operations.commands.run_job import warn_of_day
from operations.executions.usage import parse_arguments
from tests.support.scripted_google import CATALOG


@pytest.mark.parametrize(
    ("job", "day", "warns"), [("quota-monthly", 1, False), ("quota-monthly", 2, True), ("quota-reset", 2, False)]
)
def test_a_monthly_job_warns_on_every_day_but_its_own(job: str, day: int, warns: bool) -> None:
    """FR-SJ-004.1: the service resets on the 1st only."""
    warning = warn_of_day(CATALOG.find(job), datetime(2026, 3, day, 12, 0, tzinfo=UTC))
    assert warns == ("nothing will be reset" in warning)


def test_the_jobs_options_begin_behind_the_first_dashes() -> None:
    """What follows is never this command's."""
    choices = parse_arguments(["stage", "alerts", "--json", "--", "--dry-run", "--", "--json"])
    assert (True, ("--dry-run", "--", "--json")) == (choices.json, choices.arguments)


@pytest.mark.parametrize("arguments", [["--timeout", "0"], ["--tasks", "x"], ["--follow", "a b"], ["--follo", "x"]])
def test_values_that_make_no_sense_are_refused(arguments: list[str]) -> None:
    """By exit status 2."""
    with pytest.raises(SystemExit) as ended:
        parse_arguments(["stage", "alerts", *arguments])
    assert ended.value.code == 2


def test_an_execution_goes_by_its_short_or_full_name() -> None:
    """As the console and the API show it."""
    choices = parse_arguments(["stage", "alerts", "--cancel", "projects/p/locations/l/jobs/j/executions/j-x1"])
    assert choices.cancel == "j-x1"
