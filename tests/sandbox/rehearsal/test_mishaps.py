"""What goes wrong is what was asked for, and each kind has the effect that the jobs and alerts are built for."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from sandbox.rehearsal.findings import Findings
from sandbox.rehearsal.mishaps import MEANINGS, Kind, Mishaps
from tests.catalog import JOBS
from tests.catalog import REPEATED as ONCE_A_DAY
from tests.sandbox.rehearsal.conftest import SCHEDULED, Rehearse


def _results(findings: Findings, day: int) -> dict[str, list[str]]:
    """By job, without the 1st's monthly reset."""
    of_day = [found for found in findings.runs if findings.period.number_of(found.created) == day]
    return {job: [found.result for found in of_day if found.job == job] for job in (*ONCE_A_DAY, "alerts")}


def _alarms(findings: Findings) -> list[tuple[str, str]]:
    return [(alarm.name.removeprefix("cloudact-"), f"{alarm.when:%d %H:%M}") for alarm in findings.alarms]


def test_faults_that_pass_are_survived_by_what_may_be_repeated(run: Rehearse) -> None:
    """503s, a lost answer and a late one are ridden out; alerts alone must not send again after the first two."""
    findings = run("2026-12", days=3, faults="burst@1,lost@2,slow@3")
    expected = {key: ["done"] for key in ONCE_A_DAY}
    assert _results(findings, 1) == {**expected, "alerts": ["failed"]}
    assert _results(findings, 2) == {**expected, "alerts": ["failed"]}
    assert _results(findings, 3) == {**expected, "alerts": ["done"]}
    assert _alarms(findings) == [
        ("daily-alerts failed", "01 08:00"),
        ("daily-alerts missed its run", "01 08:45"),
        ("daily-alerts failed", "02 08:00"),
        ("daily-alerts missed its run", "02 08:45"),
    ]


def test_slow_answer_takes_virtual_minutes(run: Rehearse) -> None:
    """Whose answer the service's front end still lets through is waited for by every job that calls it."""
    slow = {found.job: found.duration for found in run("2026-12", days=1, faults="slow@1").runs}
    for job in ("quota-reset", "alerts"):
        assert timedelta(seconds=299) <= slow[job] < timedelta(seconds=310)


def test_services_that_are_down_fail_every_run_of_the_day_and_alert_twice(run: Rehearse) -> None:
    """Each job gives up, Cloud Run tries those once more that may be repeated, and the next day is well."""
    findings = run("2026-12", days=3, faults="down@2")
    given_up = {key: ["incomplete"] for key in ONCE_A_DAY}
    assert _results(findings, 2) == {**given_up, "alerts": ["failed"]}
    assert {found.job: found.retries for found in findings.runs if not found.succeeded} == {
        **dict.fromkeys(ONCE_A_DAY, 1),
        "alerts": 0,
    }
    assert _results(findings, 3) == {key: ["done"] for key in (*ONCE_A_DAY, "alerts")}
    assert sorted(name for name, _ in _alarms(findings)) == sorted(
        f"daily-{job} {what}" for job in (*ONCE_A_DAY, "alerts") for what in ("failed", "missed its run")
    )


def test_trigger_delivered_twice_notifies_once(run: Rehearse) -> None:
    """Of two executions of a job that must not overlap, the later one skips; the others may simply run twice."""
    findings = run("2026-12", days=4, faults="twice@1-4")
    twice = [_results(findings, day) for day in (1, 2, 3, 4)]
    assert [sorted(results.pop("alerts")) for results in twice] == [["done", "skipped"]] * 4
    second = {job: "skipped" if JOBS[job]["overlap"] == "forbid" else "done" for job in ONCE_A_DAY}
    assert [{job: sorted(results[job]) for job in ONCE_A_DAY} for results in twice] == [
        {job: ["done", second[job]] for job in ONCE_A_DAY}
    ] * 4
    assert {found.reason.partition(" was ")[2] for found in findings.runs if found.result == "skipped"} == {
        "still at work when this one was started"
    }
    assert findings.alarms == []


def test_trigger_that_is_refused_is_reported_at_once_and_as_a_missed_run(run: Rehearse) -> None:
    """Four attempts, one message; other jobs are not touched, nor is the next day."""
    findings = run("2026-12", days=2, faults="refused@1/stale-cleanup")
    assert [_results(findings, day)["stale-cleanup"] for day in (1, 2)] == [[], ["done"]]
    assert sum(bool(delivery.refusal) for delivery in findings.deliveries) == 4
    assert _alarms(findings) == [
        ("daily-stale-cleanup-trigger failed", "01 02:00"),
        ("daily-stale-cleanup missed its run", "01 02:35"),
    ]


def test_paused_trigger_is_missed_until_it_is_resumed(run: Rehearse) -> None:
    """Two days of one job; nothing failed, yet somebody is told."""
    findings = run("2026-12", days=4, faults="paused@2-3/quota-reset")
    assert [_results(findings, day)["quota-reset"] for day in (1, 2, 3, 4)] == [["done"], [], [], ["done"]]
    assert _alarms(findings) == [
        ("daily-quota-reset missed its run", "02 00:45"),
        ("daily-quota-reset missed its run", "03 00:45"),
    ]


def test_paused_trigger_of_the_1st_costs_the_monthly_reset(run: Rehearse) -> None:
    assert [alarm.job for alarm in run("2026-12", days=1, faults="paused@1/quota-monthly").alarms] == ["quota-monthly"]


def test_seeded_rehearsal_is_the_same_every_time(run: Rehearse) -> None:
    """Results, times, waits and alerts; requests' ids alone are drawn anew."""
    first, second = run("2026-12", days=2, faults="8:0.4"), run("2026-12", days=2, faults="8:0.4")
    assert _strip(first) == _strip(second)
    assert {kind for found in first.runs for kind in found.mishaps} == {"burst", "lost", "slow", "down"}
    assert _strip(run("2026-12", days=2, faults="3:0.4")) != _strip(first)


def _strip(findings: Findings) -> str:
    return re.sub(r"\b[0-9a-f]{16}-\d+\b", "ID", repr((findings.runs, findings.deliveries, findings.alarms)))


@pytest.mark.parametrize("rate", [0.0, 1.0])
def test_rate_is_the_chance_of_each_attempt(rate: float) -> None:
    mishaps = Mishaps.parse(f"1:{rate}", SCHEDULED)
    assert [bool(mishaps.of_attempt(1, "alerts", str(number))) for number in range(20)] == [bool(rate)] * 20


def test_kinds_are_all_explained() -> None:
    assert set(MEANINGS) == set(Kind)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("down", "neither SEED:RATE nor"),
        ("7:2", "neither SEED:RATE nor"),
        ("down@0", "days count from 1"),
        ("down@5-4", "days count from 1"),
        ("broken@1", "there is no 'broken', use one of burst, lost"),
        ("down@1/migrate", "no trigger starts 'migrate'"),
        ("down@1/alerts/x", "neither SEED:RATE nor"),
    ],
)
def test_what_is_not_understood_is_named(text: str, complaint: str) -> None:
    with pytest.raises(ValueError, match=re.escape(complaint)) as refused:
        Mishaps.parse(f"lost@1,{text}", SCHEDULED)
    assert repr(text) in str(refused.value)
