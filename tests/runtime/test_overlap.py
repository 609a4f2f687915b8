"""A second execution of a job that forbids it leaves the work to the first: NFR-SJ-001.1."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from runtime.config.catalog import ROOT
from runtime.run import Run
from tests.support.execution_list import NOW, OWN, Cloud, execution
from tests.support.records import Records
from tests.support.virtual_clock import VirtualClock

JOBS: dict[str, dict[str, Any]] = {job["name"]: job for job in json.loads(Path(ROOT, "jobs.json").read_text())["jobs"]}
FORBIDDING = [name for name, job in JOBS.items() if job["overlap"] == "forbid"]
# What makes rows or notifies does harm twice, at the same time at least.
HARMFUL = {"quota-reset", "quota-monthly", "bootstrap", "migrate", "org-sync-all", "alerts"}


def run(cloud: Cloud, *arguments: str, job: str = "alerts", **variables: str) -> dict[str, Any]:
    """The summary of one run in this process."""
    clock = VirtualClock(NOW)
    log = Records(clock)
    given = {
        "GCP_PROJECT_ID": "cloudact-testing-1",
        "CA_ROOT_API_KEY": "k3y",
        "SUPABASE_ACCESS_TOKEN": "t0k",
        "CLOUD_RUN_JOB": f"cloudact-{JOBS[job]['cloud_run_job']}",
        "CLOUD_RUN_EXECUTION": "own",
        **variables,
    }
    Run(given, clock=clock, log=log, transport=cloud).execute([job, *arguments])
    assert b"t0ken" not in b"".join(log.raw)
    return log.lines[-1]


def test_the_first_execution_runs() -> None:
    """Alone, it does its work; the list is asked for with the identity's token."""
    cloud = Cloud(OWN)
    assert "done" == run(cloud)["status"]
    assert ("Bearer t0ken", True) == (cloud.bearer, cloud.notified)


def test_a_later_execution_is_skipped_and_names_the_earlier_one() -> None:
    """Exit 0: a duplicate delivery of the trigger is nobody's mistake."""
    cloud = Cloud(OWN, execution("first", 21))
    summary = run(cloud)
    assert ("skipped", 0, "first") == (summary["status"], summary["exit_status"], summary["running_execution"])
    assert not cloud.notified


def test_no_job_that_makes_rows_is_started_beside_itself() -> None:
    """Two `reset-daily` at the same time make two rows an organization; alerts alone may not be repeated either."""
    assert set(FORBIDDING) >= HARMFUL
    assert [name for name, job in JOBS.items() if job["once_per_tick"]] == ["alerts"]
    assert [name for name, job in JOBS.items() if job["if_unknown"] == "fail"] == ["alerts"]


@pytest.mark.parametrize("job", FORBIDDING)
def test_every_job_that_forbids_it_is_skipped_beside_an_earlier_one(job: str) -> None:
    """Nothing of the job itself is sent."""
    cloud = Cloud(OWN, execution("first", 21))
    summary = run(cloud, job=job)
    assert ("skipped", "first") == (summary["status"], summary["running_execution"])
    assert set(cloud.calls) == {"token", "executions"}


@pytest.mark.parametrize("job", [name for name in JOBS if name not in FORBIDDING and JOBS[name]["secrets"]])
def test_a_job_that_allows_it_asks_nobody(job: str) -> None:
    """It lacks the permission."""
    cloud = Cloud(OWN, execution("first", 21))
    run(cloud, job=job)
    assert "token" not in cloud.calls


@pytest.mark.parametrize("job", [name for name in FORBIDDING if not JOBS[name]["once_per_tick"]])
def test_other_jobs_run_again_after_a_success(job: str) -> None:
    """An operator repeats them when they like."""
    cloud = Cloud(OWN, execution("first", 28, ran=3))
    run(cloud, job=job)
    assert set(cloud.calls) > {"token", "executions"}


def test_the_earlier_of_two_runs() -> None:
    """The other order: what started later is no reason to stop."""
    assert "done" == run(Cloud(execution("second", 19), OWN))["status"]


@pytest.mark.parametrize(("other", "expected"), [("nearly", "skipped"), ("zzz", "done")])
def test_of_two_created_at_the_same_moment_one_runs(other: str, expected: str) -> None:
    """The name breaks the tie, for both in the same way."""
    assert expected == run(Cloud(OWN, execution(other, 20)))["status"]


def test_an_execution_that_ended_since_is_still_a_reason_to_skip() -> None:
    """Every task and every attempt of an execution has to decide alike, however late it starts."""
    assert "skipped" == run(Cloud(OWN, execution("first", 25, ran=10, succeeded=False)))["status"]


def test_an_execution_that_ended_before_is_none() -> None:
    """Yesterday's run, or this morning's that failed."""
    cloud = Cloud(OWN, execution("failed", 25, ran=2, succeeded=False), execution("yesterday", 86_400, ran=5))
    assert "done" == run(cloud)["status"]


def test_a_retried_task_of_the_same_execution_is_no_overlap() -> None:
    """CLOUD_RUN_TASK_ATTEMPT counts on within one execution."""
    assert "done" == run(Cloud(OWN), CLOUD_RUN_TASK_ATTEMPT="1")["status"]


def test_later_pages_are_read() -> None:
    """The one that is still at work may be far down the list."""
    others = [execution(f"old-{n}", 90_000 + n, ran=1) for n in range(5)]
    assert "skipped" == run(Cloud(OWN, *others, execution("stuck", 99_000)))["status"]


def test_alerts_runs_once_since_its_tick() -> None:
    """Not even later the same day, since everybody would be notified again."""
    cloud = Cloud(OWN, execution("first", 28, ran=3))
    summary = run(cloud)
    assert ("skipped", "first") == (summary["status"], summary["succeeded_execution"])
    assert not cloud.notified


def test_again_runs_once_more() -> None:
    """The operator's explicit wish."""
    assert "done" == run(Cloud(OWN, execution("first", 28, ran=3)), "--again")["status"]


def test_again_does_not_overlap_either() -> None:
    """Two at a time are never wished for."""
    assert "skipped" == run(Cloud(OWN, execution("first", 28)), "--again")["status"]


@pytest.mark.parametrize("option", ["--dry-run", "--org=acme"])
def test_a_success_with_options_has_not_notified_everybody(option: str) -> None:
    """A rehearsal at 08:00:01 must not swallow the day's alerts."""
    assert "done" == run(Cloud(OWN, execution("tried", 28, 3, option)))["status"]


def test_a_skipped_execution_is_no_success() -> None:
    """It exits with 0 as well: the duplicate of a run that then failed must not stop the repetition."""
    failed = execution("first", 29, ran=8, succeeded=False)
    duplicate = execution("duplicate", 28, ran=1)
    assert "done" == run(Cloud(OWN, duplicate, failed))["status"]


@pytest.mark.parametrize("broken", ["token", "executions"])
def test_alerts_sends_nothing_when_it_cannot_tell(broken: str) -> None:
    """Better late than twice."""
    cloud = Cloud(OWN, broken=broken)
    assert 75 == run(cloud)["exit_status"]
    assert not cloud.notified


def test_an_execution_that_does_not_find_itself_cannot_tell() -> None:
    """Then the list is not that of its job."""
    assert 75 == run(Cloud(execution("other", 5, ran=1)))["exit_status"]


@pytest.mark.parametrize("job", [name for name in FORBIDDING if JOBS[name]["if_unknown"] == "run"])
@pytest.mark.parametrize("broken", ["token", "executions"])
def test_a_repeatable_job_runs_when_it_cannot_tell(broken: str, job: str) -> None:
    """Not to run would do more harm; that it could not tell is said."""
    cloud = Cloud(broken=broken)
    run(cloud, job=job)
    assert set(cloud.calls) > {broken}


@pytest.mark.parametrize("arguments", [("--dry-run",)])
def test_a_run_that_changes_nothing_is_not_held_up(arguments: tuple[str, ...]) -> None:
    """It asks nobody."""
    cloud = Cloud(OWN, execution("first", 28))
    assert "done" == run(cloud, *arguments)["status"]
    assert "token" not in cloud.calls


def test_off_cloud_run_nobody_is_asked() -> None:
    """`python -m runtime alerts` on an operator's machine."""
    cloud = Cloud()
    assert "done" == run(cloud, CLOUD_RUN_EXECUTION="")["status"]
    assert ["process-all"] == cloud.calls
