"""A period's triggers, the jobs that they start, and the results."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from google.protobuf.timestamp_pb2 import Timestamp

from runtime.config.catalog import Catalog
from runtime.config.environment import Environment
from runtime.config.job import Job
from sandbox.control_plane import ControlPlane, Timeline
from sandbox.control_plane.moments import read_moment
from sandbox.control_plane.run.state import Run
from sandbox.rehearsal import alarms
from sandbox.rehearsal.applied import make_world
from sandbox.rehearsal.findings import Alarm, Delivery, Findings, RunFinding
from sandbox.rehearsal.mishaps import Mishaps
from sandbox.rehearsal.period import Period
from sandbox.rehearsal.runner import InProcessRunner
from sandbox.rehearsal.services import RehearsedServices
from sandbox.rehearsal.triggers import MOMENT, RehearsedTriggers

Ticks = Mapping[str, Sequence[datetime]]


def rehearse(
    environment: Environment, catalog: Catalog, state: Any, period: Period, mishaps: Mishaps | None = None
) -> Findings:
    """Runs every scheduled job at each of its ticks, over what was applied (`state` as `terraform show -json`)."""
    mishaps = mishaps or Mishaps()
    jobs = [job for job in catalog.jobs if job.cron]
    ticks = {job.name: list(period.ticks_of(job.cron)) for job in jobs if job.cron}
    before = period.start - MOMENT * 60
    world = make_world(environment, catalog, state, before)
    with RehearsedServices(environment.project, period) as services:
        runner = InProcessRunner(environment, services, period, mishaps)
        with ControlPlane(world, runner, Timeline(before)) as plane:
            triggers = RehearsedTriggers(plane, runner, environment, jobs)
            triggers.fire(ticks, period, mishaps)
            runs = [_describe(run, runner) for run in plane.executions.runs]
            deliveries, paused = triggers.list_deliveries(), triggers.are_paused()
    return Findings(
        environment=environment.name,
        project=environment.project,
        period=period,
        mishaps=mishaps,
        ticks=ticks,
        paused=paused,
        channels=alarms.list_channels(state),
        runs=runs,
        deliveries=deliveries,
        alarms=_find_alarms(state, jobs, ticks, runs, deliveries, period),
    )


def _describe(run: Run, runner: InProcessRunner) -> RunFinding:
    execution = run.execution
    completed = next(condition for condition in execution.conditions if condition.type_ == "Completed")
    name = execution.name.rpartition("/")[2]
    return RunFinding(
        job=execution.labels["job"],
        execution=name,
        created=_read_plain(execution.create_time),
        ended=_read_plain(execution.completion_time),
        succeeded=execution.succeeded_count > 0,
        message=completed.message,
        attempts=runner.attempts.get(name, []),
    )


def _read_plain(value: Timestamp) -> datetime:
    return datetime.fromtimestamp(read_moment(value).timestamp(), UTC)


def _find_alarms(
    state: Any,
    jobs: Sequence[Job],
    ticks: Ticks,
    runs: Sequence[RunFinding],
    deliveries: Sequence[Delivery],
    period: Period,
) -> list[Alarm]:
    policies = alarms.Policies.of(state)
    found = [*alarms.find_failed(policies, runs), *alarms.find_refused(policies, deliveries)]
    for job in jobs:
        of_job = [run for run in runs if run.job == job.name]
        found += alarms.find_missed(policies, job, ticks[job.name], of_job, period.end)
    return sorted(found, key=lambda alarm: (alarm.when, alarm.name))
