"""Without any single grant or secret exactly the jobs that need it fail, and say what is missing."""

from __future__ import annotations

import json
from typing import Any

import pytest

from runtime.config.job import Job
from sandbox.control_plane.world.world import Binding
from tests.end_to_end.play import Play, summary
from tests.support.operators_cloud import CATALOG, Cloud

STAGE = CATALOG.environments["stage"]
PROJECT = f"projects/{STAGE.project}"
GUARDED = [job for job in CATALOG.jobs if job.secrets]
SCHEDULED = [job for job in CATALOG.jobs if job.cron]


def account(name: str) -> str:
    return f"serviceAccount:{STAGE.name_prefix}-{name}@{STAGE.project}.iam.gserviceaccount.com"


def revoke(cloud: Cloud, member: str, resource: str) -> None:
    """Takes one binding away; there has to be exactly one."""
    world = cloud.plane.world
    revoked = {each for each in world.bindings if each.member == member and each.resource == resource}
    assert len(revoked) == 1
    world.bindings -= revoked


def run_all(play: Play) -> dict[str, Any]:
    """Starts all jobs of stage, which do nothing, and lists how they ended: name -> last execution."""
    play.set(summary())
    executions = play.cloud.plane.executions
    for job in CATALOG.jobs:
        deployed = play.cloud.job("stage", job.name)
        executions.start(deployed, deployed.template, "somebody@example.com")
    executions.settle()
    listed = json.loads(play.cloud.run("list-jobs", "stage", "--json").output)
    return {job["job"]: job["last"] for job in listed["jobs"]}


def failed(ended: dict[str, Any]) -> list[str]:
    return [name for name, execution in ended.items() if execution["state"] != "succeeded"]


@pytest.mark.parametrize("job", GUARDED, ids=lambda job: job.name)
def test_a_job_that_may_not_read_its_secret_does_not_start(play: Play, job: Job) -> None:
    """NFR-SJ-002.1, NFR-SJ-002.2: the others run."""
    secret = f"{PROJECT}/secrets/{CATALOG.secret_name(job.secrets[0], STAGE)}"
    revoke(play.cloud, account(job.name), secret)
    ended = run_all(play)
    assert [job.name] == failed(ended)
    assert f"Permission denied on secret: {secret}" in ended[job.name]["reason"]


@pytest.mark.parametrize("variable", list(CATALOG.secrets))
def test_a_secret_without_a_version_stops_the_jobs_that_need_it(play: Play, variable: str) -> None:
    """All of them, and no other."""
    secret = f"{PROJECT}/secrets/{CATALOG.secret_name(variable, STAGE)}"
    play.cloud.plane.world.secrets[secret].clear()
    ended = run_all(play)
    assert [job.name for job in GUARDED if variable in job.secrets] == failed(ended)
    assert all(secret in ended[name]["reason"] for name in failed(ended))


@pytest.mark.parametrize("job", SCHEDULED, ids=lambda job: job.name)
def test_a_trigger_that_may_not_start_its_job_is_listed_as_failed(play: Play, job: Job) -> None:
    """The trigger's attempt is refused, nothing runs, and bin/list-jobs says why."""
    play.set(summary())
    place = f"{PROJECT}/locations/{STAGE.region}/jobs"
    revoke(play.cloud, account("triggers"), f"{place}/{STAGE.job_name(job)}")
    for each in SCHEDULED:
        play.cloud.plane.triggers.fire(play.cloud.plane.world.triggers[f"{place}/{STAGE.job_name(each)}-trigger"])
    play.cloud.plane.executions.settle()
    listed = json.loads(play.cloud.run("list-jobs", "stage", "--json").output)["jobs"]
    assert {job.name: ["trigger failed: permission denied"]} == {
        each["job"]: each["problems"] for each in listed if each["problems"]
    }
    assert len(SCHEDULED) - 1 == play.cloud.count_starts()


def test_a_job_that_notifies_may_not_run_if_it_cannot_see_its_executions(cloud: Cloud) -> None:
    """Somebody may be at it: it sends nothing, and says which permission it lacks. Others need no such grant."""
    alerts = CATALOG.find("alerts")
    resource = f"{PROJECT}/locations/{STAGE.region}/jobs/{STAGE.job_name(alerts)}"
    revoke(cloud, account("alerts"), resource)
    done = cloud.run("run-job", "stage", "alerts")
    assert done.status == 75
    assert "run.executions.list" in done.output
    assert cloud.run("run-job", "stage", "stale-cleanup").status == 0


def test_bindings_are_looked_up_as_they_are(play: Play) -> None:
    """Guards the tests above against a world in which nobody needs a grant."""
    assert failed(run_all(play)) == []
    assert Binding(PROJECT, "roles/editor", f"serviceAccount:operator@{STAGE.project}.iam.gserviceaccount.com") in (
        play.cloud.plane.world.bindings
    )
