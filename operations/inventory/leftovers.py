"""Jobs and triggers that have our prefix and are no longer needed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from operations.cloud.google_session import GoogleSession
from operations.cloud.run_jobs import RunJobs
from operations.cloud.scheduler import Scheduler
from operations.inventory.survey import trigger_name
from runtime.config.catalog import Catalog
from runtime.config.environment import Environment

# What the gcloud scripts made that came before this repository, without the prefix.
RETIRED = ("5min-billing-sync-retry", "15min-stale-cleanup")
_TRIGGER = "-trigger"


@dataclass(frozen=True, slots=True)
class Leftover:
    """A job or a trigger; `removal` is the command that removes it."""

    name: str
    detail: str
    removal: str


def look_for_leftovers(catalog: Catalog, session: GoogleSession) -> list[Leftover]:
    """What the project has of them now; triggers first, since a trigger without its job fails."""
    jobs = [job.name for job in RunJobs(session).list_jobs()]
    triggers = [trigger.name for trigger in Scheduler(session).list_triggers()]
    return find_leftovers(catalog, session.environment, jobs, triggers)


def find_leftovers(
    catalog: Catalog, environment: Environment, jobs: Iterable[str], triggers: Iterable[str]
) -> list[Leftover]:
    """Those of the names that begin like the environment's own, and are neither in the catalog nor another team's."""
    own_triggers = {trigger_name(environment, job) for job in catalog.jobs if job.cron}
    own_jobs = {environment.job_name(job) for job in catalog.jobs}
    place = f"--project={environment.project}"
    return [
        Leftover(
            name,
            _describe(environment, name, "trigger"),
            f"gcloud scheduler jobs delete {name} {place} --location={environment.region}",
        )
        for name in _list_strangers(catalog, environment, triggers, own_triggers)
    ] + [
        Leftover(
            name,
            _describe(environment, name, "job"),
            f"gcloud run jobs delete {name} {place} --region={environment.region}",
        )
        for name in _list_strangers(catalog, environment, jobs, own_jobs)
    ]


def _list_strangers(catalog: Catalog, environment: Environment, names: Iterable[str], own: set[str]) -> Iterator[str]:
    for name in sorted(names):
        foreign = name.removesuffix(_TRIGGER) in environment.foreign_jobs or name in environment.foreign_jobs
        if name not in own and not foreign and _owner(catalog, environment, name) is environment:
            yield name


def _owner(catalog: Catalog, environment: Environment, name: str) -> Environment | None:
    """Of the environments in the project the one with the longest prefix that the name begins with."""
    sharing = [other for other in catalog.environments.values() if other.project == environment.project]
    owners = [other for other in sharing if name.startswith(f"{other.name_prefix}-")]
    return max(owners, key=lambda other: len(other.name_prefix), default=None)


def _describe(environment: Environment, name: str, kind: str) -> str:
    if name.removeprefix(f"{environment.name_prefix}-").removesuffix(_TRIGGER) in RETIRED:
        return f"a {kind} that the old scripts left behind; nothing needs it"
    return f"a {kind} that the catalog does not have; if it is another team's, name it in environments.json"
