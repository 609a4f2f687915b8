"""The dashboard: what an operator sees of every job, and that its figures are right."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from operations.inventory.ticks import next_after
from runtime.config.cron import Cron
from sandbox.terraform.estate import ENVIRONMENTS, JOBS, NAMES, list_resources
from tests.terraform.alerting import runs_of
from tests.terraform.expected import SCHEDULED, full_name
from tests.terraform.promtool import find_syntax_errors, find_wrong_values

TITLES = [
    "Hours since the last success",
    "Hours to the next tick",
    "Open incidents",
    "Errors in the logs",
    "Runs a day",
    "Failures a day",
    "Median duration of a day",
    "95th percentile of a day's durations",
]
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def widgets_of(state: Any) -> dict[str, Any]:
    """The widgets by title, in their order."""
    (dashboard,) = list_resources(state, "google_monitoring_dashboard").values()
    tiles = json.loads(dashboard["dashboard_json"])["mosaicLayout"]["tiles"]
    return {tile["widget"]["title"]: tile["widget"] for tile in tiles}


def query_of(widget: Any) -> str:
    content = widget.get("xyChart") or widget.get("timeSeriesTable")
    return str(content["dataSets"][0]["timeSeriesQuery"]["prometheusQuery"])


@pytest.mark.parametrize("environment", NAMES)
def test_it_shows_what_an_operator_asks_first(environment: str, states: dict[str, Any]) -> None:
    assert TITLES == list(widgets_of(states[environment]))


@pytest.mark.parametrize("environment", NAMES)
def test_it_lists_the_incidents_of_this_environments_alerts(environment: str, states: dict[str, Any]) -> None:
    """Test and stage share a project: without the names both would show the incidents of both."""
    policies = list_resources(states[environment], "google_monitoring_alert_policy").values()
    shown = widgets_of(states[environment])["Open incidents"]["incidentList"]["policyNames"]
    project = ENVIRONMENTS[environment]["project"]
    assert {policy["name"] for policy in policies} == {f"projects/{project}/{name}" for name in shown}


@pytest.mark.parametrize("environment", NAMES)
def test_it_shows_the_errors_of_this_environments_jobs(environment: str, states: dict[str, Any]) -> None:
    panel = widgets_of(states[environment])["Errors in the logs"]["logsPanel"]
    assert panel["filter"].endswith("severity>=ERROR")
    assert all(full_name(environment, job) in panel["filter"] for job in JOBS)


def test_every_query_is_prometheus_own_language(states: dict[str, Any], tmp_path: Path) -> None:
    widgets = widgets_of(states["prod"]).values()
    queries = [query_of(widget) for widget in widgets if not {"incidentList", "logsPanel"} & widget.keys()]
    assert len(TITLES) - 2 == len(queries)
    assert find_syntax_errors(queries, tmp_path) == ""


@pytest.mark.parametrize(
    "moment",
    [
        datetime(1970, 2, 1, 0, 6, tzinfo=UTC),
        datetime(1970, 1, 31, 23, 30, tzinfo=UTC),
        datetime(1972, 2, 29, 12, tzinfo=UTC),
        datetime(1970, 3, 1, 0, 1, tzinfo=UTC),
    ],
)
def test_the_next_tick_is_the_schedulers(moment: datetime, states: dict[str, Any], tmp_path: Path) -> None:
    """At the ends of long and short months too."""
    query = query_of(widgets_of(states["prod"])["Hours to the next tick"])
    expected = {
        full_name("prod", name): float((next_after(Cron(job["cron"]), moment) - moment) / MINUTE)
        for name, job in SCHEDULED.items()
    }
    assert find_wrong_values(f"round(({query}) * 60)", [], moment, expected, tmp_path) == ""


def test_the_last_success_is_reported_in_hours(states: dict[str, Any], tmp_path: Path) -> None:
    """Of each job that ever succeeded within a month, dated by the half hour; a failure is none."""
    now = datetime(1970, 1, 20, 12, tzinfo=UTC)
    first, second = list(JOBS)[:2]
    runs = [
        runs_of(first, [now - 300 * HOUR, now - 7 * HOUR - 10 * MINUTE]),
        runs_of(second, [now - 40 * HOUR - 10 * MINUTE]),
        runs_of(second, [now - 2 * HOUR], "failed"),
    ]
    query = query_of(widgets_of(states["prod"])["Hours since the last success"])
    expected = {full_name("prod", first): 7.0, full_name("prod", second): 40.0}
    assert find_wrong_values(f"round({query})", runs, now, expected, tmp_path) == ""
