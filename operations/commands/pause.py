"""bin/pause: stops an environment's triggers, with the reason kept in the trigger's description."""

from __future__ import annotations

import argparse
import os
import sys
from datetime import datetime

from operations.cloud.google_session import GoogleSession
from operations.cloud.scheduler import MAX_DESCRIPTION, Scheduler
from operations.inventory.survey import trigger_name
from operations.inventory.table import describe_reason
from operations.inventory.triggers import Report, choose_jobs, describe_action, find_triggers
from operations.terminal.arguments import make_parser, parse
from operations.terminal.confirmation import require_confirmation
from operations.terminal.output import run_command
from runtime.config.catalog import load_catalog
from runtime.process.clock import Clock
from runtime.process.errors import UsageError


def pause(choices: argparse.Namespace, clock: Clock) -> int:
    """Pauses the triggers of the jobs named, of all if none is."""
    catalog = load_catalog()
    environment, jobs = catalog.environment(choices.environment), choose_jobs(catalog, choices.jobs)
    if not choices.reason.strip():
        raise UsageError("the reason is empty", "say why, for the next operator")
    session = GoogleSession(environment, os.environ, clock=clock, verbose=choices.verbose)
    description = describe_pause(choices.reason, session.who, clock.now())
    scheduler, report = Scheduler(session), Report(environment, as_json=choices.json)
    found = find_triggers(scheduler, environment, jobs)
    require_confirmation(environment, describe_action("Pause", environment, jobs, found))
    for job in jobs:
        name, trigger = trigger_name(environment, job), found.get(job.name)
        if trigger is None or not trigger.paused:
            scheduler.pause(name, description)
            report.add(job, "PAUSED", f"paused {name}", changed=True)
            continue
        text = f"{name} was paused already: {describe_reason(trigger, environment)}"
        if renewed := not trigger.description.endswith(f": {_tidy(choices.reason)}"):
            scheduler.describe(name, description)
            text += f"; from now on: {description}"
        report.add(job, "PAUSED", text, changed=renewed)
    report.end()
    return 0


def describe_pause(reason: str, who: str, moment: datetime) -> str:
    """The trigger's description: since when, by whom, why; UsageError if Cloud Scheduler takes no more."""
    text = f"Paused {moment:%Y-%m-%d %H:%M} UTC by {who}: {_tidy(reason)}"
    if len(text) > MAX_DESCRIPTION:
        raise UsageError(f"the reason is {len(text) - MAX_DESCRIPTION} characters too long", "shorten it")
    return text


def _tidy(reason: str) -> str:
    return " ".join(reason.split())


def build_parser() -> argparse.ArgumentParser:
    """The command line."""
    parser = make_parser("pause", "Stops triggers from firing.")
    parser.add_argument("jobs", metavar="JOB", nargs="*", default=(), help="these jobs' triggers only")
    shown = "bin/list-jobs shows it to the next operator"
    parser.add_argument("--reason", required=True, metavar="TEXT", help=shown)
    return parser


def main(arguments: list[str] | None = None) -> int:
    """0, 1 for a failure or a refusal by the operator, 2 for wrong usage."""
    choices = parse(build_parser(), arguments)
    return run_command("pause", lambda: pause(choices, Clock()))


if __name__ == "__main__":
    sys.exit(main())
