"""jobs.json and environments.json as immutable objects."""

from __future__ import annotations

import json
import os

from runtime.config.environment import Environment
from runtime.config.job import Job
from runtime.process.errors import ConfigurationError, UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


class Catalog:
    """All jobs and environments, in the order of the files."""

    def __init__(self, jobs: tuple[Job, ...], secrets: dict[str, str], environments: dict[str, Environment]) -> None:
        self.jobs = jobs
        self.secrets = secrets
        self.environments = environments

    def find(self, name: str) -> Job:
        """The job of a short name, an alias or a Cloud Run name (with or without prefix), else UsageError."""
        names = {known: job for job in self.jobs for known in (job.name, *job.aliases, job.cloud_run_job)}
        prefixes = sorted((e.name_prefix + "-" for e in self.environments.values()), key=len, reverse=True)
        for known in (name, *(name.removeprefix(prefix) for prefix in prefixes)):
            if known in names:
                return names[known]
        from difflib import get_close_matches

        # A job has several names: it is meant once.
        near = dict.fromkeys(names[each].name for each in get_close_matches(name, names, n=3, cutoff=0.5))
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
    """Both catalogs below `root`, trusted: operations check them before anything is built or released from them.

    Raises ConfigurationError if a file cannot be read.
    """
    top, environments = (read_json(os.path.join(root, name)) for name in ("jobs.json", "environments.json"))
    jobs = tuple(Job(**job) for job in top["jobs"])
    return Catalog(jobs, top["secrets"], {name: Environment(name=name, **each) for name, each in environments.items()})


def read_json(path: str, remedy: str = "restore it from the repository") -> Any:
    """The values of one file, its lists as tuples; ConfigurationError with the remedy if it cannot be read."""
    try:
        with open(path, encoding="utf-8") as file:
            return json.load(file, object_hook=_freeze)
    except (OSError, ValueError, RecursionError) as error:
        raise ConfigurationError(f"{path} cannot be read: {error}", remedy) from error


def _freeze(values: dict[str, object]) -> dict[str, object]:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in values.items()}
