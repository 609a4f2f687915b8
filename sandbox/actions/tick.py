"""sandbox tick: Cloud Scheduler fires triggers now, and what became of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from google.cloud import scheduler_v1

from runtime.config.environment import Environment
from runtime.config.job import Job
from runtime.process.errors import UsageError
from sandbox.actions.action import Action, Lines, Sandbox
from sandbox.control_plane.run.state import Run
from sandbox.results import Result, read_result
from sandbox.table import align

# Nobody watches a silent terminal for longer.
SIGN_OF_LIFE = timedelta(seconds=2.5)


def perform(sandbox: Sandbox, words: list[str]) -> Lines:
    """0 if every job ended well, 1 if one did not or could not be started."""
    environment, names = sandbox.split_environment(words)
    plane = sandbox.cloud.plane
    before = len(plane.executions.runs)
    status = 0
    triggers = {job.name: _find_trigger(sandbox, environment, job) for job in _choose(sandbox, names)}
    if not sandbox.cloud.services.api_of(environment).state.bootstrapped:
        step = f"bin/release {environment.name} first"
        yield f"{environment.name} is not bootstrapped, so its jobs fail, some after minutes: {step}"
    for name, trigger in triggers.items():
        if trigger.state != scheduler_v1.Job.State.ENABLED:
            yield f"{name}: its trigger in {environment.name} is paused, nothing starts"
            continue
        plane.triggers.fire(trigger)
        if trigger.status.code:
            yield f"{name}: Cloud Scheduler could not start it: {trigger.status.message}"
            status = 1
    runs = plane.executions.runs[before:]
    yield from _await_ends(sandbox, runs)
    results = [read_result(plane, run) for run in runs]
    if results:
        yield from align([("JOB", "STATUS", "TOOK", "WHAT"), *(result.row for result in results)], indent="")
    yield from _explain_failures(environment, results)
    return max(status, *(int(not result.succeeded) for result in results), 0)


def _choose(sandbox: Sandbox, names: list[str]) -> list[Job]:
    catalog = sandbox.cloud.catalog
    scheduled = [job for job in catalog.jobs if job.cron]
    if not names:
        raise UsageError("which job?", f"sandbox tick {scheduled[0].name}, or sandbox tick all")
    if names == ["all"]:
        return scheduled
    jobs = [catalog.find(name) for name in names]
    for job in jobs:
        if job.cron is None:
            raise UsageError(f"{job.name} has no trigger, people start it", f"bin/run-job stage {job.name}")
    return jobs


def _find_trigger(sandbox: Sandbox, environment: Environment, job: Job) -> scheduler_v1.Job:
    place = f"projects/{environment.project}/locations/{environment.region}"
    trigger = sandbox.cloud.world.triggers.get(f"{place}/jobs/{environment.job_name(job)}-trigger")
    if trigger is None:
        problem = f"{environment.name} has no trigger for {job.name}"
        raise UsageError(problem, f"bin/create-all-jobs {environment.name}")
    return trigger


def _await_ends(sandbox: Sandbox, runs: list[Run]) -> Iterator[str]:
    timeline = sandbox.cloud.timeline
    while not timeline.wait(lambda: all(run.done for run in runs), timeline.now() + SIGN_OF_LIFE):
        running = [str(run.execution.labels.get("job", run.execution.job)) for run in runs if not run.done]
        yield f"... {', '.join(running)} still running"


def _explain_failures(environment: Environment, results: list[Result]) -> Iterator[str]:
    failed = [result for result in results if not result.succeeded]
    if failed:
        yield f"why: bin/list-jobs {environment.name} {failed[0].job}; what is broken: sandbox status"


TICK = Action("tick JOB... | all [ENV]", "Cloud Scheduler fires the triggers now; how the jobs ended", perform)
