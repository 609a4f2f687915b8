"""make demo is what a newcomer sees first: it shows everything, and all of it works."""

from __future__ import annotations

import json

import pytest

from sandbox.demo import main
from sandbox.terraform_provider.installation import CHECKOUT

JOBS = json.loads((CHECKOUT / "jobs.json").read_text(encoding="utf-8"))["jobs"]
SCHEDULED = [job["name"] for job in JOBS if job["cron"]]


def test_the_demo_is_a_tour_in_four_parts(capfd: pytest.CaptureFixture[str]) -> None:
    """Apply, release, triggers, a failure with its exit status and its reason; NFR-SJ-001.1, NFR-SJ-001.4."""
    status, (shown, errors) = main(), capfd.readouterr()
    assert status == 0, shown + errors
    parts = [line for line in shown.splitlines() if line[:2] in ("1.", "2.", "3.", "4.")]
    assert len(parts) == 4
    apply, release, ticks, failure = (shown.partition(part)[2] for part in parts)
    assert f"{len(JOBS)} jobs and {len(SCHEDULED)} triggers in stage" in apply.partition(parts[1])[0]
    assert "stage is released" in release.partition(parts[2])[0]
    told = ticks.partition("$ bin/list-jobs")[0].partition("WHAT\n")[2].split("\n\n")[0].splitlines()
    assert [line.split()[0] for line in told] == SCHEDULED
    assert {line.split()[1] for line in told} <= {"done", "skipped"}
    assert "answered 403: Invalid root API key" in failure.partition("exit status 1\n")[0]
    assert "make sandbox" in failure.rpartition("exit status")[2]
