"""The steps of a release, from the catalog."""

from __future__ import annotations

from runtime.config.catalog import Catalog
from runtime.config.job import Job
from runtime.process.errors import UsageError

VERIFY = "verify"
# How a remedy begins if starting anything would be wrong.
WAIT = "wait for it, then"


def list_jobs(catalog: Catalog) -> tuple[Job, ...]:
    """The jobs that a release runs, in their order (FR-SJ-002.4)."""
    steps = [(job.release_step, job) for job in catalog.jobs if job.release_step is not None]
    return tuple(job for _, job in sorted(steps, key=lambda step: step[0]))


def find_migrations(catalog: Catalog) -> Job:
    """The job that applies the migrations, and reports on them with --status."""
    return next(job for job in list_jobs(catalog) if job.release_check == "migrations")


def list_left(catalog: Catalog, start: str | None) -> tuple[Job, ...]:
    """The jobs that are left from the step `start` on, all without one, none from `verify` on.

    `start` is verify or any name of a job; raises UsageError for any other.
    """
    jobs = list_jobs(catalog)
    if start is None:
        return jobs
    if start == VERIFY:
        return ()
    steps = ", ".join((*(job.name for job in jobs), VERIFY))
    try:
        job = catalog.find(start)
    except UsageError as error:
        raise UsageError(f"a release has no step {start!r}", f"its steps are {steps}") from error
    if job not in jobs:
        raise UsageError(f"{job.name} is not a step of a release", f"its steps are {steps}")
    return jobs[jobs.index(job) :]
