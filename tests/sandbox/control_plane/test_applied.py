"""The stand-in over what Terraform really makes of stage: each grant and secret is what exactly its jobs need."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest

from sandbox.control_plane import Container, ControlPlane, Exit, OnLine, Timeline, World
from sandbox.control_plane.example import PROJECT, START
from sandbox.control_plane.moments import read_moment
from sandbox.control_plane.world.applied import add_applied, remove_resource
from sandbox.control_plane.world.world import add_surroundings
from sandbox.terraform.estate import JOBS
from tests.sandbox.control_plane.applied import SURROUNDINGS
from tests.sandbox.control_plane.steps import completed


class Ended:
    """A container that has ended, well unless said otherwise."""

    def __init__(self, how: Exit | None = None) -> None:
        self._how = how or Exit()

    def poll(self) -> Exit:
        return self._how

    def send_signal(self, number: int) -> None:
        """There is nothing left to receive it."""


class Instant:
    """Runs nothing: every start succeeds at once. What it was given is kept."""

    passes_time = False

    def __init__(self) -> None:
        self.environments: dict[str, Mapping[str, str]] = {}

    def start(self, container: Container, env: Mapping[str, str], on_line: OnLine, on_end: Callable[[], None]) -> Ended:
        self.environments[container.args[0]] = env
        on_end()
        return Ended()


class OwnTime(Instant):
    """A rehearsal's runner: each attempt takes 90 s of its own time, and the first one fails."""

    passes_time = True

    def start(self, container: Container, env: Mapping[str, str], on_line: OnLine, on_end: Callable[[], None]) -> Ended:
        ended = container.starts_at + timedelta(seconds=90)
        on_line("stdout", json.dumps({"severity": "INFO", "time": ended.isoformat(), "event": "summary"}))
        return Ended(Exit(int(env["CLOUD_RUN_TASK_ATTEMPT"] == "0"), ended_at=ended))


@contextmanager
def _serve(stage: Any, runner: Instant, **changes: Any) -> Iterator[ControlPlane]:
    world = World(created=START)
    add_applied(world, stage)
    add_surroundings(world, {"projects": {PROJECT: SURROUNDINGS | changes}})
    with ControlPlane(world, runner, Timeline(START)) as plane:
        yield plane


def _run_all(plane: ControlPlane) -> dict[str, str]:
    """What became of each job, by its short name: nothing, or the message of the failure."""
    for job in list(plane.world.jobs.values()):
        plane.executions.start(job, job.template, "operator@example.com")
    plane.executions.settle()
    messages = {run.execution.labels["job"]: completed(run.execution) for run in plane.executions.runs}
    return {
        name: "" if done.message.startswith("Execution completed") else done.message for name, done in messages.items()
    }


def test_everything_that_is_applied_runs(stage: Any) -> None:
    """Eight jobs start, each with the secrets of the catalog and no other."""
    runner = Instant()
    with _serve(stage, runner) as plane:
        assert _run_all(plane) == dict.fromkeys(JOBS, "")

    secrets = {"CA_ROOT_API_KEY", "SUPABASE_ACCESS_TOKEN"}
    assert {name: sorted(secrets & env.keys()) for name, env in runner.environments.items()} == {
        name: job["secrets"] for name, job in JOBS.items()
    }


@pytest.mark.parametrize(
    ("variable", "secret"),
    [("CA_ROOT_API_KEY", "ca-root-api-key-test"), ("SUPABASE_ACCESS_TOKEN", "supabase-access-token-test")],
)
def test_secret_without_a_version_fails_the_jobs_that_need_it(stage: Any, variable: str, secret: str) -> None:
    """They never start, and their message names the secret; the others run."""
    with _serve(stage, Instant(), secrets=SURROUNDINGS["secrets"] | {secret: []}) as plane:
        messages = _run_all(plane)

    needing = {name for name, job in JOBS.items() if variable in job["secrets"]}
    assert {name for name, message in messages.items() if message} == needing
    assert all(secret in messages[name] for name in needing)


@pytest.mark.parametrize("job", [name for name, job in JOBS.items() if job["secrets"]])
def test_missing_accessor_grant_fails_its_job_only(stage: Any, job: str) -> None:
    """The message names the account that lacks it."""
    (variable,) = JOBS[job]["secrets"]
    address = f'module.environment.module.jobs.google_secret_manager_secret_iam_member.accessor["{job}/{variable}"]'
    with _serve(remove_resource(stage, address), Instant()) as plane:
        messages = _run_all(plane)

    assert {name for name, message in messages.items() if message} == {job}
    assert f"cloudact-{job}@{PROJECT}.iam.gserviceaccount.com" in messages[job]


def test_runner_may_keep_its_own_time(stage: Any) -> None:
    """Attempts follow one another in the runner's time, and so do their lines; the timeline itself stands still."""
    with _serve(stage, OwnTime()) as plane:
        job = next(job for name, job in plane.world.jobs.items() if name.endswith("stale-cleanup"))
        run = plane.executions.start(job, job.template, "operator@example.com")
        plane.executions.settle()
        texts = [(read_moment(entry.timestamp) - START, entry.text_payload) for entry in plane.logs.entries]

    first, second = timedelta(seconds=90), timedelta(seconds=180)
    assert completed(run.execution).message == "Execution completed successfully in 3m0s."
    assert read_moment(run.execution.completion_time) == START + second
    assert texts == [
        (first, ""),
        (first, "Container called exit(1)."),
        (second, ""),
        (second, "Container called exit(0)."),
    ]
    assert plane.timeline.now() == START


@pytest.mark.parametrize("job", JOBS)
def test_a_job_sees_the_executions_that_it_must_not_meet(stage: Any, job: str) -> None:
    """Its own if it must not overlap, those of the jobs that it waits for, and no others."""
    with _serve(stage, Instant()) as plane:
        email = f"cloudact-{job}@{PROJECT}.iam.gserviceaccount.com"
        seen = {
            name.rpartition("/")[2]
            for name in plane.world.jobs
            if plane.executions.platform.access.allows(email, "run.executions.list", name)
        }

    met = [*JOBS[job]["waits_for"], *([job] if JOBS[job]["overlap"] == "forbid" else [])]
    assert seen == {f"cloudact-{JOBS[name]['cloud_run_job']}" for name in met}


def test_month_of_triggers(stage: Any) -> None:
    """31 days of every daily job, and the monthly one once, each by the triggers' account (FR-SJ-001.2)."""
    with _serve(stage, Instant()) as plane:
        plane.advance_to(START.replace(month=3, day=31, hour=23))
        fired = [run.execution.labels["job"] for run in plane.executions.runs]
        creators = {run.execution.creator for run in plane.executions.runs}

    scheduled = {name: 31 if job["kind"] == "daily" else 1 for name, job in JOBS.items() if job["cron"]}
    assert {name: fired.count(name) for name in scheduled} == scheduled
    assert (len(fired), creators) == (sum(scheduled.values()), {f"cloudact-triggers@{PROJECT}.iam.gserviceaccount.com"})


@pytest.mark.parametrize("job", [name for name, job in JOBS.items() if job["cron"]])
def test_missing_invoker_grant_keeps_its_trigger_from_firing(stage: Any, job: str) -> None:
    """The other triggers fire; the failed one is in the log for the alert."""
    address = f'module.environment.module.jobs.google_cloud_run_v2_job_iam_member.invoker["{job}"]'
    with _serve(remove_resource(stage, address), Instant()) as plane:
        plane.advance_to(START.replace(month=3, day=1, hour=12, minute=0))
        fired = {run.execution.labels["job"] for run in plane.executions.runs}
        denied = {attempt.trigger for attempt in plane.triggers.attempts if attempt.code}

    assert fired == {name for name, other in JOBS.items() if other["cron"]} - {job}
    assert {name.rpartition("/")[2] for name in denied} == {f"cloudact-{JOBS[job]['cloud_run_job']}-trigger"}
