"""The triggers that bin/pause and bin/resume are about, and what is asked and told about them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from operations.cloud.scheduler import Scheduler, Trigger
from operations.inventory.survey import trigger_name
from operations.inventory.table import describe_reason
from operations.terminal.document import show_document
from operations.terminal.output import show
from operations.terminal.printable import escape
from runtime.config.catalog import Catalog
from runtime.config.environment import Environment
from runtime.config.job import Job
from runtime.process.errors import UsageError


def choose_jobs(catalog: Catalog, names: Sequence[str]) -> tuple[Job, ...]:
    """The jobs named, all that have a trigger if none is; UsageError for one that has none."""
    jobs = tuple(catalog.find(name) for name in names) or tuple(job for job in catalog.jobs if job.cron)
    for job in jobs:
        if job.cron is None:
            raise UsageError(f"{job.name} has no trigger: it runs by hand only", "omit it")
    return jobs


def find_triggers(scheduler: Scheduler, environment: Environment, jobs: Sequence[Job]) -> dict[str, Trigger]:
    """The jobs' triggers as far as they are there, by the job's name; one that is missing fails when it is changed."""
    triggers = {trigger.name: trigger for trigger in scheduler.list_triggers()}
    names = {job.name: trigger_name(environment, job) for job in jobs}
    return {job: triggers[name] for job, name in names.items() if name in triggers}


def describe_action(verb: str, environment: Environment, jobs: Sequence[Job], found: Mapping[str, Trigger]) -> str:
    """The action to be confirmed, and above it why those triggers are paused that are."""
    reasons: dict[str, list[str]] = {}
    for job, trigger in found.items():
        if trigger.paused:
            reasons.setdefault(describe_reason(trigger, environment), []).append(job)
    lines = [escape(f"{', '.join(names)}: {reason}") for reason, names in reasons.items()]
    action = f"{verb} the trigger{'s' * (len(jobs) > 1)} of {', '.join(job.name for job in jobs)}"
    return "\n".join((*lines, action))


class Report:
    """What was done to each trigger: told at once, or all as one document at the end."""

    def __init__(self, environment: Environment, *, as_json: bool) -> None:
        self._environment = environment
        self._as_json = as_json
        self._jobs: list[dict[str, Any]] = []

    def add(self, job: Job, state: str, text: str, *, changed: bool) -> None:
        """`state` is the trigger's from now on."""
        name = trigger_name(self._environment, job)
        self._jobs.append({"job": job.name, "trigger": name, "state": state, "changed": changed, "detail": text})
        if not self._as_json:
            show(escape(text))

    def end(self) -> None:
        """Shows the document, if one was asked for."""
        if self._as_json:
            show_document(self._environment, self._jobs)
