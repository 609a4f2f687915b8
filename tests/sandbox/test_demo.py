"""make demo is what a newcomer sees first: it shows everything, and all of it works."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from sandbox.demo import Tour, main
from sandbox.progress import Progress
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


def test_two_signs_of_life_are_never_shown_at_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The tour says how long Terraform takes: the command draws no line that moves."""
    (tmp_path / "bin").mkdir()
    command = tmp_path / "bin" / "create-all-jobs"
    command.write_text('#!/bin/sh\nprintf "Plan: on a %s terminal\n\n8 jobs\n" $TERM\n', encoding="ascii")
    command.chmod(0o755)
    estate = SimpleNamespace(checkout=SimpleNamespace(folder=tmp_path))
    sandbox: Any = SimpleNamespace(cloud=SimpleNamespace(estate=estate))
    Tour(sandbox, {"TERM": "xterm"}, Progress(lambda _line: None)).run_terraform("create-all-jobs", "stage")
    assert capsys.readouterr().out.splitlines()[2:] == ["Plan: on a dumb terminal", "8 jobs"]
