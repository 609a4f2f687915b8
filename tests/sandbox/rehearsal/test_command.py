"""The command behind `make rehearse`, as a separate process."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from sandbox.terraform_provider.installation import CHECKOUT
from tests.catalog import SCHEDULED


def _rehearse(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = (sys.executable, "-m", "sandbox.rehearsal", *arguments)
    return subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, check=False)


def test_command_ends_with_a_line_for_each_job_and_the_path_of_the_report(tmp_path: Path) -> None:
    """Failures that were asked for are no failure of the rehearsal."""
    report = tmp_path / "report.html"
    done = _rehearse("prod", "--month", "2026-12", "--days", "1", "--faults", "down@1/alerts", "--report", str(report))
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    told, alarms = lines[1 : 1 + len(SCHEDULED)], lines[1 + len(SCHEDULED) :]
    assert [(line.split()[0], line.partition(":")[0].split()[1:]) for line in told] == [
        (name, ["1", "run"]) for name in SCHEDULED
    ]
    assert alarms[:2] == [
        "2026-12-01 08:00  ERROR  cloudact-daily-alerts failed",
        "2026-12-01 08:45  CRITICAL  cloudact-daily-alerts missed its run",
    ]
    assert lines[-1] == f"Report: {report}"
    assert report.read_text(encoding="utf-8").startswith("<!doctype html>")


def test_what_is_not_understood_is_refused_before_anything_is_applied() -> None:
    """With the word that is wrong, and what there is instead."""
    refused = {
        ("local",): "'local' is not an environment",
        ("prod", "--faults", "dwn@3"): "there is no 'dwn', use one of burst",
        ("prod", "--month", "12/2026"): "'12/2026' is not a month",
    }
    for arguments, complaint in refused.items():
        done = _rehearse(*arguments)
        assert (done.returncode, done.stdout) == (2, "")
        assert complaint in done.stderr
