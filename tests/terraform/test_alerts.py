"""Which alerts there are, what they say, and the two kinds that fire on one event."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from sandbox.terraform.estate import ENVIRONMENTS, JOBS, NAMES
from tests.terraform.alerting import policies_of, query_of, runs_of
from tests.terraform.expected import SCHEDULED, full_name, trigger_name
from tests.terraform.promtool import find_syntax_errors, find_wrong_moments

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@pytest.mark.parametrize("job", JOBS)
def test_a_failed_execution_is_reported_at_once(job: str, plans: dict[str, Any], tmp_path: Path) -> None:
    """Also the first one ever; a success, or another job's failure, is none."""
    failed = datetime(1970, 1, 3, 4, 5, tzinfo=UTC)
    runs = [runs_of(job, [failed, failed + DAY], "failed"), runs_of(job, [failed - DAY]),
            runs_of(next(other for other in JOBS if other != job), [failed - HOUR], "failed")]  # fmt: skip
    expected = {failed - DAY: False, failed - HOUR: False, failed - MINUTE: False, failed: True, failed + HOUR: False,
                failed + DAY + MINUTE: True}  # fmt: skip
    assert find_wrong_moments(query_of(plans["prod"], "failed_run", job), runs, expected, tmp_path) == ""


def test_a_refused_trigger_is_reported_by_its_log_entry(plans: dict[str, Any]) -> None:
    """Cloud Scheduler has no metric; one message an hour is enough."""
    for job, policy in policies_of(plans["prod"], "failed_trigger").items():
        log_filter = policy["conditions"][0]["condition_matched_log"][0]["filter"]
        assert f'resource.labels.job_id="{trigger_name("prod", job)}"' in log_filter
        assert log_filter.endswith("severity>=ERROR")
        assert policy["alert_strategy"][0]["notification_rate_limit"] == [{"period": "3600s"}]


@pytest.mark.parametrize("environment", NAMES)
def test_every_job_has_its_alerts(environment: str, plans: dict[str, Any]) -> None:
    """While the triggers are paused no run can be missed."""
    plan = plans[environment]
    assert set(JOBS) == set(policies_of(plan, "failed_run"))
    assert set(SCHEDULED) == set(policies_of(plan, "failed_trigger"))
    assert (set() if ENVIRONMENTS[environment]["triggers_paused"] else set(SCHEDULED)) == set(
        policies_of(plan, "missed_run")
    )


@pytest.mark.parametrize("kind", ["failed_run", "missed_run", "failed_trigger"])
def test_an_alert_says_which_job_what_it_means_and_what_to_do(kind: str, plans: dict[str, Any]) -> None:
    for job, policy in policies_of(plans["prod"], kind).items():
        text = policy["documentation"][0]["content"]
        for part in (f"**{job}**", full_name("prod", job), f"bin/run-job prod {job}", f"docs/runbook.md#{job}"):
            assert part in text
        assert ("Do so today" in text) == (kind == "missed_run" and JOBS[job]["cron"].split()[2] != "*")
        assert "\n      " not in text


def test_every_query_is_prometheus_own_language(plans: dict[str, Any], tmp_path: Path) -> None:
    alerts = [query_of(plans["prod"], kind, job) for kind in ("failed_run", "missed_run")
              for job in policies_of(plans["prod"], kind)]  # fmt: skip
    assert find_syntax_errors(alerts, tmp_path) == ""
