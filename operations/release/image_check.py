"""Whether what is deployed can release this checkout: the jobs, their image, the migrations in it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from operations.cloud.run_jobs import DeployedJob
from operations.inventory.health import shorten_image
from operations.release.job_runs import JobRun
from runtime.config.environment import Environment
from runtime.config.job import Job
from runtime.migration.files import hash_files, read_folder
from runtime.process.errors import JobError


class NotReleasable(JobError):
    """What is deployed is not what this checkout would release; nothing was changed."""


def require_jobs(environment: Environment, jobs: Iterable[Job], deployed: Iterable[DeployedJob]) -> None:
    """All of them are there, with one image."""
    images = {found.name: found.image for found in deployed}
    names = {job.name: environment.job_name(job) for job in jobs}
    remedy = f"bin/create-all-jobs {environment.name}"
    if missing := [job for job, name in names.items() if name not in images]:
        raise NotReleasable(f"{environment.name} lacks {', '.join(missing)}", remedy)
    used = {job: images[name] for job, name in names.items()}
    if len(set(used.values())) > 1:
        found = ", ".join(f"{job} {shorten_image(image)}" for job, image in used.items())
        raise NotReleasable(f"the jobs of a release have different images: {found}", remedy)


def require_migrations(environment: Environment, status: JobRun, root: str) -> None:
    """The image, as its own report tells, holds exactly the migrations of the checkout at `root`."""
    held = status.detail("migrations_hash")
    if held is None:
        raise NotReleasable(
            f"which migrations the image of {environment.name} holds is not known: no summary arrived in the log",
            f"bin/release {environment.name} once more; bin/doctor {environment.name}",
        )
    files = read_folder(str(Path(root, "migrations")))
    own = hash_files(files)
    if held != own:
        raise NotReleasable(
            f"the image of {environment.name} does not hold the {len(files)} migrations of this checkout "
            f"(hash {str(held)[:12]}, not {own[:12]})",
            f"build the image first: bin/build-image {environment.name}, then bin/create-all-jobs {environment.name}",
        )


def require_order(environment: Environment, left: tuple[Job, ...], first: Job, status: JobRun) -> None:
    """A release that begins later than at its first step has nothing left to do in it (FR-SJ-002.4)."""
    pending = status.counts.get("pending", 0)
    if left and left[0] is not first and pending:
        raise NotReleasable(
            f"{pending} migration(s) are pending: {left[0].name} comes after {first.name}",
            f"bin/release {environment.name}",
        )
