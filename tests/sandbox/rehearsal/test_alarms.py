"""The alarms of a rehearsal are those that Prometheus sees in the applied queries."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from sandbox.rehearsal.alarms import compute_grace
from sandbox.rehearsal.findings import Findings
from tests.sandbox.rehearsal.conftest import CATALOG, SCHEDULED, Rehearse
from tests.terraform.alerting import query_of, runs_of
from tests.terraform.promtool import find_wrong_moments

# The rule tester's clock begins in 1970.
MONTH = "1970-02"
FAULTS = "down@2,paused@4/alerts,lost@5,refused@6/quota-cleanup,paused@1/quota-monthly,burst@7"
MINUTE = timedelta(minutes=1)


@pytest.fixture(scope="module")
def findings(run: Rehearse) -> Findings:
    """Of a week in which each kind of alarm is told."""
    return run(MONTH, days=8, faults=FAULTS)


@pytest.mark.parametrize("job", SCHEDULED)
def test_missed_runs_are_reported_when_the_query_fires(
    job: str, findings: Findings, states: dict[str, Any], tmp_path: Path
) -> None:
    """At each tick's end of grace, and a minute before it never."""
    missed = {alarm.when for alarm in findings.alarms if alarm.job == job and alarm.severity == "CRITICAL"}
    grace = compute_grace(CATALOG.find(job))
    expected = {tick + grace: tick + grace in missed for tick in findings.ticks[job]}
    before = {due - MINUTE: False for due in expected}
    successes = runs_of(job, [found.ended for found in findings.runs_of(job) if found.succeeded])

    assert missed
    query = query_of(states["prod"], "missed_run", job)
    assert find_wrong_moments(query, [successes], expected | before, tmp_path) == ""


def test_failed_runs_are_reported_when_the_query_fires(
    findings: Findings, states: dict[str, Any], tmp_path: Path
) -> None:
    """Within two minutes, and on the other days not at that hour."""
    for job in ("quota-reset", "alerts"):
        told = [alarm.when.replace(second=0, microsecond=0) for alarm in findings.alarms if _tells_failure(alarm, job)]
        failures = runs_of(job, [found.ended for found in findings.runs_of(job) if not found.succeeded], "failed")
        expected = {moment + 2 * MINUTE: True for moment in told}
        days = {moment.date() for moment in told}
        expected |= {tick + 9 * MINUTE: False for tick in findings.ticks[job] if tick.date() not in days}

        assert told
        query = query_of(states["prod"], "failed_run", job)
        assert find_wrong_moments(query, [failures], expected, tmp_path) == ""


def _tells_failure(alarm: Any, job: str) -> bool:
    return bool(alarm.job == job and alarm.execution)
