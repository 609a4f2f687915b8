"""quota-monthly: FR-SJ-004.1, FR-SJ-004.2; done means that every active organization's month was reset."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from runtime.net.transport import UrllibTransport, WireRequest
from runtime.run import Run
from sandbox.admin_api import QuotaRow
from sandbox.faults import Fault, Kind
from tests.support.admin_platform import AdminPlatform
from tests.support.job_run import JobRun
from tests.support.records import Records
from tests.support.scripted_transport import Answer, encode

FIRST = datetime(2026, 12, 1, 0, 5, tzinfo=UTC)
LAST = (FIRST - timedelta(days=1)).date()
SKIPPED = {
    "success": True,
    "orgs_processed": 0,
    "orgs_created": 0,
    "orgs_skipped": 0,
    "message": "Skipped: Not the 1st of the month",
}
TODAY = "run quota-reset, then quota-monthly, today: on no other day can the month be reset"


@pytest.fixture
def first(platform: AdminPlatform) -> AdminPlatform:
    """The 1st, 00:05 UTC: three active organizations with last month's counts, and no row of today."""
    platform.clock.moment = FIRST.timestamp()
    platform.state.add_organizations("org_a", "org_b", "org_c", "org_s")
    platform.state.organizations["org_s"].status = "SUSPENDED"
    platform.state.quota.rows = {(slug, LAST): QuotaRow(runs_month=7) for slug in ("org_a", "org_b", "org_c")}
    return platform


def months(platform: AdminPlatform) -> dict[str, int]:
    """The month's count in today's rows."""
    rows = platform.state.quota.rows.items()
    return {slug: row.runs_month for (slug, day), row in rows if day == FIRST.date()}


def test_the_counters_are_reset_on_the_first(first: AdminPlatform) -> None:
    """After quota-reset has made the day's rows; a second run on that day does no harm."""
    first.run("quota-reset")
    runs = [first.run("quota-monthly") for _ in range(2)]
    assert [(run.outcome, run.counts) for run in runs] == [((0, "done"), {"orgs_processed": 3})] * 2
    assert months(first) == {"org_a": 0, "org_b": 0, "org_c": 0}


@pytest.mark.parametrize("made", [[], ["org_b"]])
def test_rows_that_are_missing_are_made_first(first: AdminPlatform, made: list[str]) -> None:
    """The service says success for those that it found, be it nobody; a late quota-reset would carry the count over."""
    first.state.quota.open_day(made, FIRST.date())
    run = first.run("quota-monthly")
    assert (run.outcome, run.counts) == ((0, "done"), {"orgs_processed": 3})
    assert months(first) == {"org_a": 0, "org_b": 0, "org_c": 0}
    first.run("quota-reset")
    assert months(first) == {"org_a": 0, "org_b": 0, "org_c": 0}
    (warning,) = run.log.events("rows_missing")
    assert warning["orgs_processed"] == len(made)


def test_a_record_that_cannot_be_listed_changes_nothing(first: AdminPlatform) -> None:
    """How many are active is asked past the end of the list, so that no bad record is read."""
    first.state.organizations["org_c"].default_currency = None
    assert first.run("quota-monthly").outcome == (0, "done")


def test_a_month_that_cannot_be_reset_is_a_failure_that_says_what_to_do_today(first: AdminPlatform) -> None:
    """On no other day can it be made up."""
    body = {"success": True, "orgs_processed": 1, "message": "done"}
    first.server.faults.add(Fault(Kind.RESPOND, path="/api/v1/quota/reset-daily", status=200, body=body, count=None))
    run = first.run("quota-monthly")
    assert (run.outcome, run.summary["remedy"]) == ((1, "failed"), TODAY)
    assert run.summary["error"] == "only 0 of 3 active organizations were reset"


def test_a_platform_without_organizations_is_done(platform: AdminPlatform) -> None:
    """Nobody was reset because there is nobody."""
    platform.clock.moment = FIRST.timestamp()
    assert platform.run("quota-monthly").outcome == (0, "done")


def test_on_any_other_day_the_operator_sees_that_nothing_was_reset(platform: AdminPlatform) -> None:
    """The service says success anyway; the run ends as skipped, with a warning that names the date."""
    platform.state.add_organizations("org_a")
    row = platform.state.quota.rows["org_a", platform.clock.now().date()] = QuotaRow(runs_month=7)
    run = platform.run("quota-monthly")
    assert (run.outcome, row.runs_month) == ((0, "skipped"), 7)
    assert run.summary["severity"] == "WARNING"
    assert run.summary["reason"] == (
        "nothing was reset: today is 2026-03-31 (UTC), the service resets on the 1st only; "
        "it says: Skipped: Not the 1st of the month (day=31)"
    )
    (warning,) = run.log.events("nothing_reset")
    assert (warning["severity"], warning["date"]) == ("WARNING", "2026-03-31")


@pytest.mark.parametrize(
    ("changes", "outcome"),
    [({}, (0, "skipped")), ({"success": False}, (1, "failed")), ({"orgs_processed": 9}, (0, "done"))],
)
def test_a_skip_is_known_by_both_its_signs(
    platform: AdminPlatform, changes: dict[str, Any], outcome: tuple[int, str]
) -> None:
    """Nobody was processed, and the message says so; not by the message alone."""
    platform.server.faults.add(Fault(Kind.RESPOND, path="/api/v1/", status=200, body={**SKIPPED, **changes}))
    assert platform.run("quota-monthly").outcome == outcome


class OnCloudRun:
    """The real transport to the platform; executions of quota-reset from a list, one answer for each look."""

    def __init__(self, *looks: Answer) -> None:
        self._looks = list(looks)
        self._inner = UrllibTransport()
        self.asked: list[str] = []

    def send(self, request: WireRequest, seconds: float) -> tuple[int, Mapping[str, str], bytes]:
        if request.host == "metadata.google.internal":
            return encode(Answer(200, {"access_token": "t0ken"}))
        if request.host == "run.googleapis.com":
            self.asked.append(request.selector.partition("?")[0].rpartition("/jobs/")[2])
            if self.asked[-1] != "cloudact-daily-quota-reset/executions":
                return encode(FINISHED)
            return encode(self._looks.pop(0) if len(self._looks) > 1 else self._looks[0])
        return self._inner.send(request, seconds)

    def close(self) -> None:
        self._inner.close()


def run_on_cloud_run(platform: AdminPlatform, transport: OnCloudRun) -> JobRun:
    variables = {**platform.variables, "CLOUD_RUN_JOB": "cloudact-monthly-quota-reset", "CLOUD_RUN_EXECUTION": "own"}
    log = Records(platform.clock)
    with closing(transport):
        run = Run(variables, clock=platform.clock, log=log, transport=transport)
        return JobRun(run.execute(["quota-monthly"]), log)


def list_one(**fields: str) -> Answer:
    entry = {"name": "executions/quota-reset-x7", "createTime": FIRST.isoformat(), **fields}
    return Answer(200, {"executions": [entry, {"name": "executions/own", "createTime": FIRST.isoformat()}]})


RUNNING, FINISHED = (
    list_one(),
    Answer(
        200,
        {
            "executions": [
                {
                    "name": "executions/quota-reset-x7",
                    "createTime": FIRST.isoformat(),
                    "completionTime": FIRST.isoformat(),
                }
            ]
        },
    ),
)


def test_a_quota_reset_at_work_is_waited_for(first: AdminPlatform) -> None:
    """Two that make the day's rows at the same time make each twice."""
    cloud = OnCloudRun(RUNNING, RUNNING, FINISHED)
    run = run_on_cloud_run(first, cloud)
    assert run.outcome == (0, "done")
    assert "cloudact-daily-quota-reset/executions" in cloud.asked
    assert len(run.log.events("waiting")) == cloud.asked.count("cloudact-daily-quota-reset/executions") - 1 == 2


def test_a_quota_reset_that_goes_on_for_long_leaves_the_run_incomplete(first: AdminPlatform) -> None:
    """75, before the time is up: Cloud Run's retry comes later."""
    run = run_on_cloud_run(first, OnCloudRun(RUNNING))
    assert (run.outcome, run.summary["remedy"]) == ((75, "incomplete"), TODAY)
    assert "quota-reset-x7 is still at work" in run.summary["error"]
    assert months(first) == {}


def test_executions_that_cannot_be_read_stop_nothing(first: AdminPlatform) -> None:
    """A month that is not reset is worse."""
    run = run_on_cloud_run(first, OnCloudRun(Answer(403, {"error": {"message": "no"}})))
    assert run.outcome == (0, "done")
    assert len(run.log.events("overlap_unknown")) >= 1


def test_nobody_is_asked_if_all_were_reset(first: AdminPlatform) -> None:
    """The usual case costs two calls."""
    first.run("quota-reset")
    cloud = OnCloudRun(RUNNING)
    assert run_on_cloud_run(first, cloud).outcome == (0, "done")
    assert "cloudact-daily-quota-reset/executions" not in cloud.asked
