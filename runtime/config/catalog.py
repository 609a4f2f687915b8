"""jobs.json and environments.json as immutable objects; whatever is not as it should be is refused."""

from __future__ import annotations

import json
import os

from runtime.config.job import KINDS, Environment, Job
from runtime.config.json_reader import Fields
from runtime.process.errors import ConfigurationError, UsageError

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


class Catalog:
    """All jobs and environments, in the order of the files."""

    __slots__ = ("environments", "jobs", "secrets")

    def __init__(self, jobs: tuple[Job, ...], secrets: dict[str, str], environments: dict[str, Environment]) -> None:
        self.jobs = jobs
        self.secrets = secrets
        self.environments = environments

    def find(self, name: str) -> Job:
        """The job of a short name, an alias or a Cloud Run name (with or without prefix), else UsageError."""
        names = {known: job for job in self.jobs for known in _names(job)}
        prefixes = sorted((e.name_prefix + "-" for e in self.environments.values()), key=len, reverse=True)
        for known in (name, *(name.removeprefix(prefix) for prefix in prefixes)):
            if known in names:
                return names[known]
        from difflib import get_close_matches

        near = get_close_matches(name, names, n=3, cutoff=0.5)
        hint = f"did you mean {' or '.join(near)}?" if near else f"it is one of {', '.join(j.name for j in self.jobs)}"
        raise UsageError(f"there is no job {name!r}", hint)

    def environment(self, name: str) -> Environment:
        """The environment of that name, else UsageError; `local` is refused by name."""
        if name in self.environments:
            return self.environments[name]
        known = ", ".join(self.environments)
        if name == "local":
            raise UsageError("'local' is not an environment: the jobs run on Cloud Run only", f"use one of {known}")
        raise UsageError(f"there is no environment {name!r}", f"use one of {known}")

    def secret_name(self, variable: str, environment: Environment) -> str:
        """The Secret Manager name behind an environment variable, in that environment."""
        return environment.secret_names.get(variable, f"{self.secrets[variable]}{environment.secret_suffix}")


def load_catalog(root: str = ROOT) -> Catalog:
    """Both catalogs below `root`, checked against each other and against the job files.

    Raises ConfigurationError that names the file, the job and the key.
    """
    top = _read(root, "jobs.json")
    secrets = top.text_members("secrets")
    jobs = tuple(Job(job) for job in top.items("jobs"))
    top.finish()
    environments = {
        name: Environment(name, Fields(values, f"environments.json: {name}", ConfigurationError))
        for name, values in _read(root, "environments.json").everything().items()
    }
    _check_names(jobs)
    _check_references(jobs, secrets, environments)
    _check_environments(secrets, environments)
    _check_files(jobs, root)
    return Catalog(jobs, secrets, environments)


def _names(job: Job) -> tuple[str, ...]:
    return (job.name, *job.aliases, job.cloud_run_job)


def _read(root: str, name: str) -> Fields:
    path = os.path.join(root, name)
    try:
        with open(path, encoding="utf-8") as file:
            return Fields(json.load(file, object_pairs_hook=_collect), name, ConfigurationError)
    except (OSError, ValueError, RecursionError) as error:
        raise ConfigurationError(f"{path} cannot be read: {error}", "restore it from the repository") from error


def _collect(pairs: list[tuple[str, object]]) -> dict[str, object]:
    values = dict(pairs)
    if len(values) < len(pairs):
        # Of two entries for one name, JSON's readers silently keep the last.
        names = [name for name, _ in pairs]
        raise ValueError(f"{next(name for name in names if names.count(name) > 1)!r} is there twice")
    return values


def _check_names(jobs: tuple[Job, ...]) -> None:
    if len({job.name for job in jobs}) < len(jobs):
        raise ConfigurationError("jobs.json: two jobs have the same name")
    steps = [job.release_step for job in jobs if job.release_step is not None]
    if len(set(steps)) < len(steps):
        raise ConfigurationError("jobs.json: two jobs have the same release_step")
    owners: dict[str, str] = {}
    for job in jobs:
        for name in _names(job):
            if owners.setdefault(name, job.name) != job.name:
                raise ConfigurationError(f"jobs.json: {name!r} names both {owners[name]!r} and {job.name!r}")
        if len({job.name, *job.aliases}) <= len(job.aliases):
            raise ConfigurationError(f"jobs.json: job {job.name!r} has the same alias twice")


def _check_references(jobs: tuple[Job, ...], secrets: dict[str, str], environments: dict[str, Environment]) -> None:
    for job in jobs:
        unknown = [name for name in job.secrets if name not in secrets]
        if unknown:
            raise ConfigurationError(f"jobs.json: job {job.name!r} wants the undeclared secret {unknown[0]!r}")
        flags = [option.flag for option in job.options]
        for option in job.options:
            if flags.count(option.flag) > 1 or not set(option.excludes) <= set(flags):
                raise ConfigurationError(
                    f"jobs.json: job {job.name!r}: option {option.flag} is twice or excludes nothing"
                )
        if job.tasks.keys() != environments.keys() or not all(type(n) is int and n > 0 for n in job.tasks.values()):
            raise ConfigurationError(f"jobs.json: job {job.name!r}: tasks should give a number per environment")


def _check_environments(secrets: dict[str, str], environments: dict[str, Environment]) -> None:
    for environment in environments.values():
        for variable in environment.secret_names.keys() - secrets.keys():
            raise ConfigurationError(f"environments.json: {environment.name} names the undeclared secret {variable!r}")
        sharing = [other for other in environments.values() if other.project == environment.project]
        if [other.name_prefix for other in sharing].count(environment.name_prefix) > 1:
            problem = f"{environment.name} shares project and name_prefix with another environment"
            raise ConfigurationError(f"environments.json: {problem}")
        if [other.owns_project for other in sharing].count(True) != 1:
            raise ConfigurationError(f"environments.json: one environment has to own project {environment.project}")


def _check_files(jobs: tuple[Job, ...], root: str) -> None:
    found = {f"{kind}/{name}" for kind in KINDS for name in _list_files(os.path.join(root, "runtime", "jobs", kind))}
    wanted = {job.module.removeprefix("runtime.jobs.").replace(".", "/") + ".py" for job in jobs}
    for path in sorted(wanted - found):
        raise ConfigurationError(f"jobs.json: there is no file runtime/jobs/{path} for a job", "add it or drop the job")
    for path in sorted(found - wanted):
        raise ConfigurationError(f"runtime/jobs/{path}: jobs.json has no such job", "add it there or drop the file")


def _list_files(folder: str) -> list[str]:
    try:
        return [name for name in os.listdir(folder) if name.endswith(".py") and name != "__init__.py"]
    except OSError as error:
        raise ConfigurationError(f"{folder} cannot be read: {error}", "restore it from the repository") from error
