"""bin/describe: all about one job of an environment, as declared and as it is."""

from __future__ import annotations

import argparse
import os
import sys
from datetime import datetime
from typing import Any

from operations.cloud.google_session import GoogleSession
from operations.diagnosis.project import find_upload_time
from operations.executions.console import job_url
from operations.executions.usage import describe_options
from operations.inventory.health import list_problems, shorten_image
from operations.inventory.survey import Entry, Survey, survey
from operations.inventory.table import describe_entry, explain_pause
from operations.inventory.ticks import next_after
from operations.terminal.arguments import make_parser, parse
from operations.terminal.browser import open_page
from operations.terminal.document import show_document
from operations.terminal.output import run_command, show
from operations.terminal.table import find_width, list_terms, wrap_line
from runtime.config.catalog import Catalog, load_catalog
from runtime.config.job import Job
from runtime.process.clock import Clock
from runtime.process.errors import DONE, JobError

TICKS = 3


class Command:
    """One call of bin/describe."""

    def __init__(self, choices: argparse.Namespace, clock: Clock) -> None:
        """Checks everything that can be checked before anything is sent."""
        self._catalog: Catalog = load_catalog()
        self._environment = self._catalog.environment(choices.environment)
        self._job: Job = self._catalog.find(choices.job)
        self._choices = choices
        self._session = GoogleSession(self._environment, os.environ, clock=clock, verbose=choices.verbose)

    def perform(self) -> int:
        """Shows it; the exit status."""
        if self._choices.open:
            open_page(job_url(self._environment, self._job))
        found = survey(self._catalog, self._session, only=self._job)
        entry = found.entries[0]
        image = entry.deployed.image if entry.deployed else ""
        facts = {**describe_declaration(self._catalog, found, entry), **self._describe_image(image, found.moment)}
        if self._choices.json:
            show_document(self._environment, [{**describe_entry(entry, found), **facts}])
        else:
            show(render(found, entry, facts))
        return DONE

    def _describe_image(self, image: str, now: datetime) -> dict[str, Any]:
        try:
            uploaded = find_upload_time(self._session, image) if "@" in image else None
        except JobError:
            # It may be gone from the registry, and not every operator may look there.
            uploaded = None
        age = (now - uploaded).days if uploaded else None
        return {"image": image, "image_uploaded": uploaded.isoformat() if uploaded else None, "image_age_days": age}


def describe_declaration(catalog: Catalog, found: Survey, entry: Entry) -> dict[str, Any]:
    """What the catalog says of the job, for programs."""
    job, environment = entry.job, found.environment
    return {
        "description": job.description,
        "aliases": list(job.aliases),
        "cloud_run_job": environment.job_name(job),
        "cron": job.cron.text if job.cron else None,
        "ticks": [] if entry.trigger is None or entry.trigger.paused else list_ticks(job, found.moment),
        "timeout_seconds": job.timeout_seconds,
        "attempts": job.max_retries + 1,
        "tasks": job.tasks[environment.name],
        "cpu": job.cpu,
        "memory": job.memory,
        "secrets": [catalog.secret_name(variable, environment) for variable in job.secrets],
        "grants": list(job.grants),
        "options": [
            {"flag": option.flag, "value": option.value, "help": option.help, "read_only": option.read_only}
            for option in job.options
        ],
    }


def list_ticks(job: Job, now: datetime) -> list[str]:
    """The next three, none for a job that runs by hand."""
    ticks: list[str] = []
    moment = now
    while job.cron is not None and len(ticks) < TICKS:
        moment = next_after(job.cron, moment)
        ticks.append(f"{moment:%Y-%m-%dT%H:%M}Z")
    return ticks


def render(found: Survey, entry: Entry, facts: dict[str, Any]) -> str:
    """One fact a line."""
    job, environment, last = entry.job, found.environment, entry.last_ended
    cron = f"{facts['cron']} (UTC)" if facts["cron"] else "none: it runs by hand"
    if paused := explain_pause(entry, environment):
        ticks = f"PAUSED: {paused}"
    else:
        ticks = ", ".join(tick.replace("T", " ").rstrip("Z") for tick in facts["ticks"]) or "-"
    age = facts["image_age_days"]
    uploaded = "" if age is None else f", uploaded {facts['image_uploaded'][:10]}, {age} days ago"
    rows = {
        "job": f"{facts['cloud_run_job']} in {environment.name} ({environment.project})",
        "aliases": ", ".join(job.aliases) or "-",
        "cron": cron,
        "next": ticks,
        "timeout": f"{job.timeout_seconds // 60} min, {facts['attempts']} attempt{'s' * (facts['attempts'] > 1)}",
        "size": f"{job.cpu} CPU, {job.memory}, {facts['tasks']} task{'s' * (facts['tasks'] > 1)}",
        "image": (shorten_image(facts["image"]) or "MISSING") + uploaded,
        "secrets": ", ".join(facts["secrets"]) or "none",
        "grants": ", ".join(facts["grants"]) or "none but its secrets",
        "last": f"{last.state.value}: {last.name} of {last.created:%Y-%m-%d %H:%M}" if last else "never",
        "problems": "; ".join(list_problems(entry, found)) or "none",
        "runbook": f"docs/runbook.md#{job.name}",
    }
    width = find_width()
    head = wrap_line(f"{job.name}: {job.description}", width)
    return "\n".join((*head, *list_terms(rows, width), "", describe_options(job, environment)))


def build_parser() -> argparse.ArgumentParser:
    """The command line."""
    description = "Shows all about one job: schedule, next ticks, image and its age, secrets, grants, options."
    parser = make_parser("describe", description)
    parser.add_argument("job", metavar="JOB", help="short name, alias or full name")
    parser.add_argument("--open", action="store_true", help="the job in Google's console too, in a browser")
    return parser


def main(arguments: list[str] | None = None) -> int:
    """The command; 0, or 2 for wrong usage."""
    choices = parse(build_parser(), arguments)
    return run_command("describe", lambda: Command(choices, Clock()).perform())


if __name__ == "__main__":
    sys.exit(main())
