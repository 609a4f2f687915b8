"""A ninth job is five files by hand, and everything else is derived: shown by adding one to a copy of the tree."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.catalog import JOBS, ROOT

NAME = "billing-retry"
# What is compiled and what mypy knows already is; not what another process is writing at the moment.
NOT_COPIED = shutil.ignore_patterns(".git", ".venv*", "*.pyc.*", ".pytest_cache", ".hypothesis", "work", ".terraform")
# Where the requirement's eight jobs are held.
REQUIREMENT = (
    "tests/runtime/config/test_catalog.py::test_the_jobs_are_those_of_the_requirements",
    "tests/runtime/config/test_cron.py::test_the_catalogs_triggers_fire_when_the_requirements_say",
)
# Searches among made-up values, in which no job has a part.
SEARCHES = (
    "tests/runtime/config/test_cron.py::test_ticks_are_those_of_brute_force",
    "tests/runtime/config/test_settings.py::test_no_value_makes_another_error",
)


@dataclass(frozen=True)
class Checkout:
    """A copy of the tree with a ninth job in it, the files that were written by hand, and all documents written."""

    folder: Path
    by_hand: tuple[str, ...]


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Checkout:
    copy = tmp_path_factory.mktemp("ninth") / "checkout"
    shutil.copytree(ROOT, copy, ignore=NOT_COPIED)
    added = run(copy, sys.executable, "-m", "tools.new_job", NAME)
    run(copy, sys.executable, "-m", "tools.documents")
    return Checkout(copy, tuple(line.strip() for line in added.splitlines() if line.startswith("  ")))


def test_five_files_are_written_by_hand(checkout: Checkout) -> None:
    assert len(checkout.by_hand) == 5


def run(folder: Path, *command: str) -> str:
    """What the command prints; it has to end well."""
    variables = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "COV_"))}
    done = subprocess.run(command, cwd=folder, env=variables, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_style_holds(checkout: Checkout) -> None:
    """Format, lint, layers, types and Terraform's format."""
    run(checkout.folder, "make", "--old-file=packages", "style", f"BIN={Path(sys.executable).parent}")


def test_what_is_derived_holds(checkout: Checkout) -> None:
    """The job's own test, the catalog, documents, campaign and Terraform, all but the two that hold the requirement."""
    tests = (
        f"tests/runtime/jobs/daily/test_{NAME.replace('-', '_')}.py",
        "tests/runtime/config/test_catalog.py",
        "tests/runtime/config/test_command_line.py",
        "tests/runtime/config/test_cron.py",
        "tests/runtime/config/test_settings.py",
        "tests/tools/documents",
        "tests/campaigns/test_faults.py::test_every_job_has_a_scenario",
        "tests/terraform/test_jobs.py",
        "tests/terraform/test_grants.py",
        "tests/terraform/test_alerts.py",
    )
    deselected = [f"--deselect={name}" for name in (*REQUIREMENT, *SEARCHES)]
    run(checkout.folder, sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *deselected, *tests)
    run(checkout.folder, sys.executable, "-m", "tests.campaigns", NAME, "--seeds", "50")


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (["Billing"], "'Billing' is not a job name"),
        ([next(iter(JOBS))], f"there is a job {next(iter(JOBS))} already"),
        (["x", "--cron", "* * * *"], "cron"),
        (["x", "--kind", "manual", "--cron", "0 0 * * *"], "a manual job has no cron"),
    ],
)
def test_what_cannot_be_is_refused_before_anything_is_written(arguments: list[str], problem: str) -> None:
    """In one line."""
    command = [sys.executable, "-m", "tools.new_job", *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert problem in done.stderr
