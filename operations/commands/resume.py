"""bin/resume: lets an environment's triggers fire again."""

from __future__ import annotations

import argparse
import os
import sys

from operations.cloud.google_session import GoogleSession
from operations.cloud.scheduler import Scheduler
from operations.inventory.survey import trigger_name
from operations.inventory.table import describe_reason
from operations.inventory.triggers import Report, choose_jobs, describe_action, find_triggers
from operations.terminal.arguments import make_parser, parse
from operations.terminal.confirmation import require_confirmation
from operations.terminal.output import run_command
from runtime.config.catalog import load_catalog
from runtime.process.clock import Clock
from runtime.process.errors import UsageError


def resume(choices: argparse.Namespace, clock: Clock) -> int:
    """Resumes the triggers of the jobs named, of all if none is."""
    catalog = load_catalog()
    environment, jobs = catalog.environment(choices.environment), choose_jobs(catalog, choices.jobs)
    if environment.triggers_paused and not choices.force:
        raise UsageError(
            f"{environment.name}'s triggers are paused by design: another environment's already serve the same API",
            "--force resumes them anyway",
        )
    session = GoogleSession(environment, os.environ, clock=clock, verbose=choices.verbose)
    scheduler, report = Scheduler(session), Report(environment, as_json=choices.json)
    found = find_triggers(scheduler, environment, jobs)
    require_confirmation(environment, describe_action("Resume", environment, jobs, found))
    for job in jobs:
        name, trigger = trigger_name(environment, job), found.get(job.name)
        if trigger is not None and trigger.enabled:
            report.add(job, "ENABLED", f"{name} was not paused", changed=False)
            continue
        scheduler.resume(name)
        reason = f"; it was: {describe_reason(trigger, environment)}" if trigger and trigger.paused else ""
        report.add(job, "ENABLED", f"resumed {name}{reason}", changed=True)
    report.end()
    return 0


def build_parser() -> argparse.ArgumentParser:
    """The command line."""
    parser = make_parser("resume", "Lets triggers fire again.")
    parser.add_argument("jobs", metavar="JOB", nargs="*", default=(), help="these jobs' triggers only")
    parser.add_argument("--force", action="store_true", help="even if they are paused by design")
    return parser


def main(arguments: list[str] | None = None) -> int:
    """0, 1 for a failure or a refusal by the operator, 2 for wrong usage."""
    choices = parse(build_parser(), arguments)
    return run_command("resume", lambda: resume(choices, Clock()))


if __name__ == "__main__":
    sys.exit(main())
