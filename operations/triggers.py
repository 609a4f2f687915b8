"""bin/pause and bin/resume: an environment's triggers, with the reason kept where the next operator sees it."""

from __future__ import annotations

import argparse
import os
import sys
from datetime import datetime

from operations.cloud.google_session import GoogleSession
from operations.cloud.scheduler import MAX_DESCRIPTION, Scheduler
from operations.confirmation import require_confirmation
from operations.console import run_command
from operations.inventory.survey import trigger_name
from runtime.catalogue import Catalogue, load_catalogue
from runtime.clock import Clock
from runtime.declarations import Environment, Job
from runtime.errors import UsageError


def pause(choices: argparse.Namespace, clock: Clock) -> int:
    """Pauses the triggers of the jobs named, of all where none is."""
    environment, jobs = _choose(choices)
    if not choices.reason.strip():
        raise UsageError("the reason is empty", "say why, for whoever finds the triggers paused")
    session = GoogleSession(environment, os.environ, clock=clock, verbose=choices.verbose)
    description = describe_pause(choices.reason, session.who, clock.now())
    require_confirmation(environment, f"Pause {_tell(jobs)}")
    for job in jobs:
        Scheduler(session).pause(trigger_name(environment, job), description)
        print(f"paused {trigger_name(environment, job)}", flush=True)
    return 0


def resume(choices: argparse.Namespace, clock: Clock) -> int:
    """Resumes the triggers of the jobs named, of all where none is."""
    environment, jobs = _choose(choices)
    if environment.triggers_paused and not choices.force:
        raise UsageError(
            f"{environment.name}'s triggers are paused by design: another environment's already serve the same API",
            "--force resumes them all the same",
        )
    session = GoogleSession(environment, os.environ, clock=clock, verbose=choices.verbose)
    require_confirmation(environment, f"Resume {_tell(jobs)}")
    for job in jobs:
        Scheduler(session).resume(trigger_name(environment, job))
        print(f"resumed {trigger_name(environment, job)}", flush=True)
    return 0


def describe_pause(reason: str, who: str, moment: datetime) -> str:
    """The trigger's description: since when, by whom, why; UsageError where Cloud Scheduler takes no more."""
    text = f"Paused {moment:%Y-%m-%d %H:%M} UTC by {who}: {' '.join(reason.split())}"
    if len(text) > MAX_DESCRIPTION:
        raise UsageError(f"the reason is {len(text) - MAX_DESCRIPTION} characters too long", "shorten it")
    return text


def _choose(choices: argparse.Namespace) -> tuple[Environment, tuple[Job, ...]]:
    catalogue: Catalogue = load_catalogue()
    environment = catalogue.environment(choices.environment)
    jobs = tuple(catalogue.find(name) for name in choices.jobs) or tuple(job for job in catalogue.jobs if job.cron)
    for job in jobs:
        if job.cron is None:
            raise UsageError(f"{job.name} has no trigger: it runs by hand only", "omit it")
    return environment, jobs


def _tell(jobs: tuple[Job, ...]) -> str:
    return f"the trigger{'s' * (len(jobs) > 1)} of {', '.join(job.name for job in jobs)}"


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
        parser.add_argument("--force", action="store_true", help="also where they are paused by design")
    parser.add_argument("--verbose", action="store_true", help="this command's requests too")
    choices = parser.parse_args(rest)
    perform = pause if pausing else resume
    return run_command(command, lambda: perform(choices, Clock()))


if __name__ == "__main__":
    sys.exit(main())
