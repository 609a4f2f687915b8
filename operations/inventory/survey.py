"""All that bin/list-jobs shows, asked for side by side."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from operations.cloud.executions import Execution, State
from operations.cloud.google_session import GoogleSession
from operations.cloud.refusals import NotFound
from operations.cloud.run_jobs import DeployedJob, RunJobs
from operations.cloud.scheduler import Scheduler, Trigger
from operations.inventory.pinned_image import read_image
from runtime.config.catalog import ROOT, Catalog
from runtime.config.environment import Environment
from runtime.config.job import Job


@dataclass(frozen=True, slots=True)
class Entry:
    """One job of the catalog and what the project has of it; executions are the latest ones, newest first."""

    job: Job
    deployed: DeployedJob | None
    trigger: Trigger | None
    executions: tuple[Execution, ...]

    @property
    def running(self) -> tuple[Execution, ...]:
        """What has not ended."""
        return tuple(execution for execution in self.executions if execution.state is State.RUNNING)

    @property
    def last_ended(self) -> Execution | None:
        """The newest one that has ended."""
        return next((execution for execution in self.executions if execution.state is not State.RUNNING), None)


@dataclass(frozen=True, slots=True)
class Survey:
    """An environment at one moment; `image` is the one that all its jobs should run, empty if nobody knows."""

    environment: Environment
    moment: datetime
    image: str
    entries: tuple[Entry, ...]


def survey(catalog: Catalog, session: GoogleSession, only: Job | None = None) -> Survey:
    """All requests at once, one round trip deep, for any answers; `only` one job, or all of the catalog."""
    wanted = catalog.jobs if only is None else (only,)
    runs, scheduler = RunJobs(session), Scheduler(session)
    # Before the threads need it, each.
    session.renew_token()
    with ThreadPoolExecutor(len(wanted) + 2) as pool:
        deployed = pool.submit(runs.list_jobs)
        triggers = pool.submit(scheduler.list_triggers)
        histories = {job.name: pool.submit(_list_executions, runs, job) for job in wanted}
        jobs_by_name = {found.name: found for found in deployed.result()}
        triggers_by_name = {trigger.name: trigger for trigger in triggers.result()}
    environment = session.environment
    entries = tuple(
        Entry(
            job,
            jobs_by_name.get(environment.job_name(job)),
            triggers_by_name.get(trigger_name(environment, job)),
            histories[job.name].result(),
        )
        for job in wanted
    )
    return Survey(environment, session.clock.now(), find_image(environment, entries), entries)


def trigger_name(environment: Environment, job: Job) -> str:
    """The name of a job's trigger."""
    return f"{environment.job_name(job)}-trigger"


def find_image(environment: Environment, entries: tuple[Entry, ...], root: str = ROOT) -> str:
    """The image of the checkout's last build, else the one that most jobs have."""
    if pinned := read_image(environment, Path(root)):
        return pinned
    images = [entry.deployed.image for entry in entries if entry.deployed]
    return max(images, key=images.count, default="")


def _list_executions(runs: RunJobs, job: Job) -> tuple[Execution, ...]:
    try:
        return tuple(runs.list_executions(job))
    except NotFound:
        return ()
