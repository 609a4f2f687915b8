"""bin/pause and bin/resume: an environment's triggers, with the reason kept in the trigger's description."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Mapping
from datetime import datetime

from operations.cloud.google_session import GoogleSession
from operations.cloud.scheduler import MAX_DESCRIPTION, Scheduler, Trigger
from operations.inventory.survey import trigger_name
from operations.inventory.table import tell_reason
from operations.terminal.confirmation import require_confirmation
from operations.terminal.output import run_command
from operations.terminal.printable import escape
from runtime.config.catalog import Catalog, load_catalog
from runtime.config.environment import Environment
from runtime.config.job import Job
from runtime.process.clock import Clock
from runtime.process.errors import UsageError


def pause(choices: argparse.Namespace, clock: Clock) -> int:
    """Pauses the triggers of the jobs named, of all if none is named."""
    environment, jobs = _choose(choices)
    if not choices.reason.strip():
        raise UsageError("the reason is empty", "say why, for the next operator who finds the triggers paused")
    session = GoogleSession(environment, os.environ, clock=clock, verbose=choices.verbose)
    description = describe_pause(choices.reason, session.who, clock.now())
    scheduler = Scheduler(session)
    found = _find_triggers(scheduler, environment, jobs)
    require_confirmation(environment, _ask("Pause", environment, jobs, found))
    for job in jobs:
        name, trigger = trigger_name(environment, job), found.get(job.name)
        if trigger is None or not trigger.paused:
            scheduler.pause(name, description)
            said = f"paused {name}"
        else:
            said = f"{name} was paused already: {tell_reason(trigger, environment)}"
            if not trigger.description.endswith(f": {_tidy(choices.reason)}"):
                scheduler.describe(name, description)
                said += f"; from now on: {description}"
        print(escape(said), flush=True)
    return 0


def resume(choices: argparse.Namespace, clock: Clock) -> int:
    """Resumes the triggers of the jobs named, of all if none is named."""
    environment, jobs = _choose(choices)
    if environment.triggers_paused and not choices.force:
        raise UsageError(
            f"{environment.name}'s triggers are paused by design: another environment's already serve the same API",
            "--force resumes them all the same",
        )
    scheduler = Scheduler(GoogleSession(environment, os.environ, clock=clock, verbose=choices.verbose))
    found = _find_triggers(scheduler, environment, jobs)
    require_confirmation(environment, _ask("Resume", environment, jobs, found))
    for job in jobs:
        name, trigger = trigger_name(environment, job), found.get(job.name)
        if trigger is not None and trigger.enabled:
            said = f"{name} was not paused"
        else:
            scheduler.resume(name)
            said = f"resumed {name}" + (
                f"; it was: {tell_reason(trigger, environment)}" if trigger and trigger.paused else ""
            )
        print(escape(said), flush=True)
    return 0


def describe_pause(reason: str, who: str, moment: datetime) -> str:
    """The trigger's description: since when, by whom, why; UsageError if Cloud Scheduler takes no more."""
    text = f"Paused {moment:%Y-%m-%d %H:%M} UTC by {who}: {_tidy(reason)}"
    if len(text) > MAX_DESCRIPTION:
        raise UsageError(f"the reason is {len(text) - MAX_DESCRIPTION} characters too long", "shorten it")
    return text


def _choose(choices: argparse.Namespace) -> tuple[Environment, tuple[Job, ...]]:
    catalog: Catalog = load_catalog()
    environment = catalog.environment(choices.environment)
    jobs = tuple(catalog.find(name) for name in choices.jobs) or tuple(job for job in catalog.jobs if job.cron)
    for job in jobs:
        if job.cron is None:
            raise UsageError(f"{job.name} has no trigger: it runs by hand only", "omit it")
    return environment, jobs


def _tidy(reason: str) -> str:
    return " ".join(reason.split())


def _find_triggers(scheduler: Scheduler, environment: Environment, jobs: tuple[Job, ...]) -> dict[str, Trigger]:
    """The jobs' triggers as far as they are there, by the job's name; one that is missing fails when it is changed."""
    triggers = {trigger.name: trigger for trigger in scheduler.list_triggers()}
    names = {job.name: trigger_name(environment, job) for job in jobs}
    return {job: triggers[name] for job, name in names.items() if name in triggers}


def _ask(verb: str, environment: Environment, jobs: tuple[Job, ...], found: Mapping[str, Trigger]) -> str:
    """The action, and above it the reasons of the triggers that are paused already."""
    reasons: dict[str, list[str]] = {}
    for job, trigger in found.items():
        if trigger.paused:
            reasons.setdefault(tell_reason(trigger, environment), []).append(job)
    lines = [escape(f"{', '.join(names)}: {reason}") for reason, names in reasons.items()]
    action = f"{verb} the trigger{'s' * (len(jobs) > 1)} of {', '.join(job.name for job in jobs)}"
    return "\n".join((*lines, action))


def main(arguments: list[str] | None = None) -> int:
    """`pause` or `resume`, and its arguments; 0, 1 for a failure or a refusal by the operator, 2 for wrong usage."""
    command, *rest = sys.argv[1:] if arguments is None else arguments
    pausing = command == "pause"
    parser = argparse.ArgumentParser(
        prog=f"bin/{command}",
        description="Stops triggers from firing." if pausing else "Lets triggers fire again.",
        allow_abbrev=False,
    )
    parser.add_argument("environment", metavar="ENV", help="test, stage or prod")
    parser.add_argument("jobs", metavar="JOB", nargs="*", default=(), help="these jobs' triggers only")
    if pausing:
        shown = "bin/list-jobs shows it to the next operator"
        parser.add_argument("--reason", required=True, metavar="TEXT", help=shown)
    else:
        parser.add_argument("--force", action="store_true", help="even if they are paused by design")
    parser.add_argument("--verbose", action="store_true", help="this command's requests too")
    choices = parser.parse_args(rest)
    perform = pause if pausing else resume
    return run_command(command, lambda: perform(choices, Clock()))


if __name__ == "__main__":
    sys.exit(main())
