"""`make plan ENV=stage` on a machine without credentials: the plan, and which provider made it."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from sandbox.terraform.__main__ import main
from sandbox.terraform.estate import JOBS
from sandbox.terraform.harness import PROVIDER_DESCRIPTION
from sandbox.terraform_provider.installation import CHECKOUT

SCHEDULED = [name for name, job in JOBS.items() if job["cron"]]
JOBS_AND_TRIGGERS = ("google_cloud_run_v2_job.job", "google_cloud_scheduler_job.trigger")


@pytest.mark.parametrize("environment", ["test", "stage", "prod"])
def test_the_plan_is_shown_with_the_provider_that_made_it(
    environment: str, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """Every job and trigger, in plain text if no terminal reads it; FULL=1 is Terraform's whole text."""
    monkeypatch.setattr(sys, "argv", ["sandbox.terraform", environment, "--full"])
    status, shown = main(), capfd.readouterr()
    counts = [shown.out.count(f"# module.environment.module.jobs.{kind}[") for kind in JOBS_AND_TRIGGERS]
    assert (status, counts, shown.err) == (0, [len(JOBS), len(SCHEDULED)], "")
    assert shown.out.splitlines()[-1] == f"Provider: {PROVIDER_DESCRIPTION}."
    assert "\x1b" not in shown.out


def test_a_summary_fits_on_a_page_and_keeps_the_warnings() -> None:
    """One line a kind with its count, Terraform's sums last; what it warns of is no detail."""
    # What the make target starts; a key that lies about is not to be found.
    variables = {name: text for name, text in os.environ.items() if not name.startswith("GOOGLE_")}
    command = (sys.executable, "-m", "sandbox.terraform", "stage")
    done = subprocess.run(command, cwd=CHECKOUT, env=variables, capture_output=True, text=True, check=True)
    shown = done.stdout
    assert f"\nmake   {len(JOBS):<5}  job " in shown
    assert f"\nmake   {len(SCHEDULED):<5}  trigger " in shown
    assert "\nPlan: " in shown
    assert "# module." not in shown
    assert "Warning: Check block assertion failed" in shown
    assert shown.count("\n") < 40
