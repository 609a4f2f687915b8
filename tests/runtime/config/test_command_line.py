"""The command line is what the catalog declares, and nothing else."""

from __future__ import annotations

import pytest

from runtime.config.catalog import load_catalog
from runtime.config.command_line import describe_job, describe_jobs, parse_options
from runtime.config.job import Job
from runtime.process.errors import UsageError

CATALOG = load_catalog()


@pytest.mark.parametrize("arguments", [["--org", "acme", "--dry-run"], ["--dry-run", "--org=acme"]])
def test_switches_and_values_are_read_in_any_order(arguments: list[str]) -> None:
    """A value follows its flag, after a blank or `=`."""
    options = parse_options(CATALOG.find("alerts"), arguments)
    assert options == {"--org": "acme", "--dry-run": ""}


@pytest.mark.parametrize(
    ("job", "arguments", "problem"),
    [
        ("alerts", ["--orgs", "acme"], "alerts has no option '--orgs'"),
        ("alerts", ["acme"], "alerts has no option 'acme'"),
        ("quota-reset", ["--dry-run"], "quota-reset has no option '--dry-run'"),
        ("alerts", ["--org"], "--org needs a value"),
        ("alerts", ["--org="], "--org needs a value"),
        ("alerts", ["--org", "--dry-run"], "--org needs a value"),
        ("alerts", ["--org", "a", "--org=b"], "--org is given twice"),
        ("alerts", ["--dry-run", "--dry-run"], "--dry-run is given twice"),
        ("alerts", ["--dry-run=yes"], "--dry-run takes no value, got 'yes'"),
        ("alerts", ["--dry-run="], "--dry-run takes no value, got ''"),
        ("bootstrap", ["--force-sync", "--force-fresh"], "--force-sync and --force-fresh exclude each other"),
        ("migrate", ["--status", "--dry-run"], "--status and --dry-run exclude each other"),
    ],
)
def test_anything_else_is_refused(job: str, arguments: list[str], problem: str) -> None:
    """Unknown, doubled, valueless or excluded options; nothing is guessed."""
    with pytest.raises(UsageError) as caught:
        parse_options(CATALOG.find(job), arguments)
    assert caught.value.problem == problem


@pytest.mark.parametrize("job", CATALOG.jobs, ids=lambda job: job.name)
def test_the_help_text_explains_every_option_and_status(job: Job) -> None:
    """Made of the catalog, so that it cannot lie."""

    text = describe_job(job)
    wanted = [job.description, "--help", "75 gave up", *(option.help for option in job.options), *job.aliases]
    assert [part for part in wanted if part not in text] == []
    assert max(map(len, text.splitlines())) < 120


def test_the_overview_lists_every_job() -> None:
    """In the catalog's order."""
    lines = describe_jobs(CATALOG).splitlines()
    assert [line.split()[0] for line in lines if line.startswith("  ")] == [job.name for job in CATALOG.jobs]
