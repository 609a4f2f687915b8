"""What bin/list-jobs shows of an environment."""

from __future__ import annotations

from datetime import datetime

from operations.cloud.executions import State
from operations.inventory.check import advise_first_steps
from operations.inventory.survey import Entry, Survey
from operations.inventory.table import render_survey
from tests.operations.inventory.test_health import IMAGE, LONG_AGO, TICK, entry, ran
from tests.support.scripted_google import CATALOG, STAGE

# A terminal's usual width.
WIDTH = 80


def render(*entries: Entry, moment: datetime = TICK, width: int | None = WIDTH) -> list[str]:
    return render_survey(Survey(STAGE, moment, IMAGE, entries), width).split("\n")


def test_what_runs_has_a_column_only_while_something_does() -> None:
    """It takes the room in which OVERDUE would stand beside its job."""
    idle, busy = entry("alerts", ran(LONG_AGO)), entry("alerts", ran(LONG_AGO, State.RUNNING))
    assert "RUNNING" not in render(idle)[0]
    assert [line.split()[-1] for line in render(idle, busy, moment=LONG_AGO, width=None)] == [
        "RUNNING",
        "-",
        "cloudact-daily-alerts-x",
    ]


def test_an_overdue_job_says_so_in_its_line() -> None:
    """In a terminal of 80 columns too, with every job of the catalog."""
    lines = render(*(entry(job.name, ran(LONG_AGO)) for job in CATALOG.jobs))
    overdue = [line.split()[0] for line in lines if line.endswith("OVERDUE")]
    assert ([job.name for job in CATALOG.jobs if job.cron], True) == (overdue, max(map(len, lines)) <= WIDTH)


def test_a_narrow_terminal_has_at_least_what_happened() -> None:
    """On a telephone: each job's last result, and what is wrong."""
    lines = render(*(entry(job.name, ran(LONG_AGO)) for job in CATALOG.jobs), width=40)
    assert ("JOB            LAST", True) == (lines[0], max(map(len, lines)) <= 40)


def test_who_paused_a_trigger_is_reported_without_the_domain() -> None:
    """The reason is what counts; it is wrapped at words."""
    reason = "Paused 2026-03-30 12:00 UTC by operator@cloudact-testing-1.iam.gserviceaccount.com: ask jo@vendor.example"
    paused = entry("alerts", ran(LONG_AGO), state="PAUSED", description=f"{reason} before anybody resumes it")
    assert render(paused)[2:] == [
        "alerts: Paused 2026-03-30 12:00 UTC by operator: ask jo@vendor.example before",
        "anybody resumes it",
    ]


def test_an_environment_in_which_nothing_ever_ran_says_what_to_do() -> None:
    """Its jobs are there, and nobody has released it."""
    survey = Survey(STAGE, LONG_AGO, IMAGE, (entry("migrate"), entry("alerts")))
    assert "nothing has ever run in stage: bin/release stage" == advise_first_steps(survey)
    assert "" == advise_first_steps(Survey(STAGE, LONG_AGO, IMAGE, (entry("migrate"), entry("alerts", ran(LONG_AGO)))))
