"""Whether jobs.json, environments.json and the job files fit together: checked here, trusted in the container."""

from __future__ import annotations

import json
from pathlib import Path

from operations.catalog_shape import KINDS, check_shapes
from runtime.config.catalog import ROOT, Catalog, load_catalog
from runtime.config.environment import Environment
from runtime.config.job import Job
from runtime.process.errors import ConfigurationError


def check_catalog(root: str = ROOT) -> None:
    """Raises ConfigurationError that names the file, the job and the key of what is wrong."""
    check_shapes(root)
    _check_doubles(root)
    catalog = load_catalog(root)
    _check_names(catalog.jobs)
    for job in catalog.jobs:
        _check_job(job, catalog)
    for environment in catalog.environments.values():
        _check_environment(environment, catalog)
    _check_files(catalog.jobs, Path(root))


def _check_doubles(root: str) -> None:
    for name in ("jobs.json", "environments.json"):
        try:
            json.loads(Path(root, name).read_text(encoding="utf-8"), object_pairs_hook=_refuse_doubles)
        except ValueError as error:
            raise ConfigurationError(f"{name}: {error}") from error


def _refuse_doubles(pairs: list[tuple[str, object]]) -> dict[str, object]:
    # Of two entries for one name, JSON's readers silently keep the last.
    names = [name for name, _ in pairs]
    for name in names:
        if names.count(name) > 1:
            raise ValueError(f"{name!r} appears twice")
    return dict(pairs)


def _check_names(jobs: tuple[Job, ...]) -> None:
    if len({job.name for job in jobs}) < len(jobs):
        raise ConfigurationError("jobs.json: two jobs have the same name")
    steps = [job.release_step for job in jobs if job.release_step is not None]
    if len(set(steps)) < len(steps):
        raise ConfigurationError("jobs.json: two jobs have the same release_step")
    owners: dict[str, str] = {}
    for job in jobs:
        for name in (job.name, *job.aliases, job.cloud_run_job):
            if owners.setdefault(name, job.name) != job.name:
                raise ConfigurationError(f"jobs.json: {name!r} names both {owners[name]!r} and {job.name!r}")
        if len({job.name, *job.aliases}) <= len(job.aliases):
            raise ConfigurationError(f"jobs.json: job {job.name!r} has the same alias twice")


def _check_job(job: Job, catalog: Catalog) -> None:
    where = f"jobs.json: job {job.name!r}"
    for name in job.secrets:
        if name not in catalog.secrets:
            raise ConfigurationError(f"{where} wants the undeclared secret {name!r}")
    if job.tasks.keys() != catalog.environments.keys() or min(job.tasks.values()) < 1:
        raise ConfigurationError(f"{where}: tasks should give a number per environment")
    if job.once_per_tick and (job.cron is None or job.overlap != "forbid"):
        raise ConfigurationError(f"{where}: once_per_tick takes a cron, and overlap: forbid")
    if job.if_unknown == "fail" and job.overlap != "forbid":
        raise ConfigurationError(f"{where}: if_unknown: fail takes overlap: forbid")
    flags = [option.flag for option in job.options]
    for option in job.options:
        if flags.count(option.flag) > 1:
            raise ConfigurationError(f"{where}: option {option.flag} is declared twice")
        if not set(option.excludes) <= set(flags):
            raise ConfigurationError(f"{where}: option {option.flag} excludes an unknown option")
        if option.repeats_tick and not job.once_per_tick:
            raise ConfigurationError(f"{where}: option {option.flag} repeats a tick, but the job is not once_per_tick")


def _check_environment(environment: Environment, catalog: Catalog) -> None:
    for variable in environment.secret_names.keys() - catalog.secrets.keys():
        raise ConfigurationError(f"environments.json: {environment.name} names the undeclared secret {variable!r}")
    sharing = [other for other in catalog.environments.values() if other.project == environment.project]
    if [other.name_prefix for other in sharing].count(environment.name_prefix) > 1:
        problem = f"{environment.name} shares project and name_prefix with another environment"
        raise ConfigurationError(f"environments.json: {problem}")
    if [other.owns_project for other in sharing].count(True) != 1:
        raise ConfigurationError(f"environments.json: one environment has to own project {environment.project}")


def _check_files(jobs: tuple[Job, ...], root: Path) -> None:
    folder = root / "runtime" / "jobs"
    for kind in KINDS:
        if not (folder / kind).is_dir():
            raise ConfigurationError(f"{folder / kind} is not a folder", "restore it from the repository")
    found = {path for kind in KINDS for path in (folder / kind).glob("*.py") if path.name != "__init__.py"}
    wanted = {root / (job.module.replace(".", "/") + ".py") for job in jobs}
    for path in sorted(wanted - found):
        problem = f"jobs.json: there is no file {path.relative_to(root)} for a job"
        raise ConfigurationError(problem, "add it or drop the job")
    for path in sorted(found - wanted):
        problem = f"{path.relative_to(root)}: jobs.json has no such job"
        raise ConfigurationError(problem, "add it there or drop the file")
