"""docs/runbook.md has a section for each job, at the address that alerts and bin/run-job give, and is up to date."""

from __future__ import annotations

import json
from pathlib import Path
from textwrap import wrap

import pytest

from operations.executions.verdict import NOT_STARTED, REPORTED, TIMED_OUT
from runtime.config.catalog import ROOT, load_catalog
from runtime.process.errors import DONE, FAILED, GAVE_UP, REFUSED, TERMINATED, ConfigurationError
from tools.documents.job_table import describe_start, insert_job_table
from tools.documents.runbook import render_runbook
from tools.documents.runbook_texts import FILE, load_texts

CATALOG = load_catalog()
RUNBOOK = Path(ROOT, "docs", "runbook.md")
README = Path(ROOT, "README.md")
STALE = "run make docs"
SCREEN_COLUMNS, SCREEN_LINES = 160, 45


def test_the_runbook_is_up_to_date() -> None:
    """After a change of the catalog or a text, the document has to be written again."""
    expected = render_runbook(CATALOG, load_texts(CATALOG))
    assert expected == RUNBOOK.read_text(encoding="utf-8"), STALE


def test_the_readmes_table_is_up_to_date() -> None:
    """The same for the table of jobs."""
    document = README.read_text(encoding="utf-8")
    assert insert_job_table(document, CATALOG) == document, STALE


def test_each_job_has_the_section_that_alerts_link_to() -> None:
    """docs/runbook.md#JOB: a heading's anchor is its text, if that is lower case without blanks."""
    headings = [
        line.removeprefix("## ") for line in RUNBOOK.read_text(encoding="utf-8").splitlines() if line[:3] == "## "
    ]
    assert [job.name for job in CATALOG.jobs] == headings
    for kind in ("failed_runs", "missed_runs", "failed_triggers"):
        policy = Path(ROOT, "terraform", "modules", "alerts", f"{kind}.tf").read_text(encoding="utf-8")
        assert "docs/runbook.md#${each.key}" in policy


def test_each_section_says_what_an_operator_needs() -> None:
    """What it does, when, how to see that it worked, what fails and the way out, what to run next, how to undo."""
    sections = RUNBOOK.read_text(encoding="utf-8").split("\n## ")[1:]
    for job, section in zip(CATALOG.jobs, sections, strict=True):
        for part in ("- When: ", "- It worked if ", "**Failed.**", "| to practice |", "**Again.**", "**Undo.**"):
            assert part in section
        assert ("**Missed its run.**" in section) == (job.cron is not None)
        assert f"bin/run-job ENV {job.name}" in section


def test_each_section_fits_on_a_screen() -> None:
    """A terminal of 160 columns and 45 lines."""
    for section in RUNBOOK.read_text(encoding="utf-8").split("\n## ")[1:]:
        lines = [part for line in section.splitlines() for part in wrap(line, SCREEN_COLUMNS) or [""]]
        assert len(lines) < SCREEN_LINES, section


def test_the_three_most_likely_failures_are_reported() -> None:
    """Of each of the eight jobs; tests/sandbox/actions/test_runbook.py makes every one of them."""
    assert {len(text.failures) for text in load_texts(CATALOG).values()} == {3}


def test_each_exit_status_is_explained_once() -> None:
    """For all jobs together, with the next step."""
    head = RUNBOOK.read_text(encoding="utf-8").partition("\n## ")[0]
    for status in (DONE, FAILED, REFUSED, REPORTED, GAVE_UP, TIMED_OUT, NOT_STARTED, TERMINATED):
        assert head.count(f"| {status} |") == 1


def test_every_command_in_the_texts_is_one_that_exists() -> None:
    """With a job or an option that it knows."""
    for name, text in load_texts(CATALOG).items():
        known = {option.flag for option in CATALOG.find(name).options} | {
            "--from",
            "--tasks",
            "--plan",
            "--reason",
            "--",
        }
        written = " ".join((text.look, text.again, text.undo, *(failure.fix for failure in text.failures)))
        assert {word.strip("`.,;") for word in written.split() if word.startswith(("--", "`--"))} <= known


@pytest.mark.parametrize("change", ["drop", "add", "key", "missed", "failures"])
def test_texts_that_do_not_fit_the_catalog_are_refused(tmp_path: Path, change: str) -> None:
    """A ninth job cannot be added without what its operators need to know."""
    texts = json.loads(FILE.read_text(encoding="utf-8"))
    if change == "drop":
        texts.pop("alerts")
    elif change == "add":
        texts["ninth"] = texts["alerts"]
    elif change == "key":
        texts["alerts"]["color"] = "red"
    elif change == "failures":
        texts["alerts"]["failures"] *= 2
    else:
        texts["alerts"]["missed"] = ""
    file = tmp_path / "texts.json"
    file.write_text(json.dumps(texts), encoding="utf-8")
    with pytest.raises(ConfigurationError):
        load_texts(CATALOG, file)


@pytest.mark.parametrize(
    ("job", "start"),
    [
        ("bootstrap", "by hand, step 2 of a release"),
        ("alerts", "daily, `0 8 * * *` UTC"),
        ("quota-monthly", "monthly, `5 0 1 * *` UTC"),
    ],
)
def test_a_start_is_reported_in_words(job: str, start: str) -> None:
    """By hand or by the clock."""
    assert start == describe_start(CATALOG.find(job))
