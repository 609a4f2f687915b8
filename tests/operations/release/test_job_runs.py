"""A release's jobs, followed to their ends."""

from __future__ import annotations

import sys
from io import StringIO

import pytest

from operations.release.job_runs import JobRunner
from tests.operations.executions.examples import ALERTS, JOB_PATH, describe_execution, describe_line
from tests.support.scripted_google import ScriptedGoogle, open_session
from tests.support.virtual_clock import VirtualClock


def test_lines_are_written_to_what_is_standard_output_then(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a terminal that is not the one at the start: the line that moves has to make room for each."""
    google = ScriptedGoogle()
    google.on(f"GET run.googleapis.com{JOB_PATH}/executions", {})
    google.on(f"POST run.googleapis.com{JOB_PATH}:run", {"metadata": describe_execution("x")})
    google.on(f"GET run.googleapis.com{JOB_PATH}/executions/x", describe_execution(state="CONDITION_SUCCEEDED"))
    google.on(f"GET run.googleapis.com{JOB_PATH}/executions/x/tasks", {"tasks": [{"lastAttemptResult": {}}]})
    lines = [describe_line("a", {"event": "start"}), describe_line("s", {"event": "summary", "status": "done"})]
    google.on("POST logging.googleapis.com/v2/entries:list", {"entries": lines})
    clock = VirtualClock()
    runner = JobRunner(open_session(google, clock), clock)
    written = StringIO()
    monkeypatch.setattr(sys, "stdout", written)
    runner.run(ALERTS)
    assert "start" in written.getvalue()
