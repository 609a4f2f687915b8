"""bin/list-jobs: an environment's jobs at a glance, or one job's executions."""

from __future__ import annotations

import argparse
import os
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

from operations.cloud.dashboard import dashboard_name
from operations.cloud.google_session import GoogleSession
from operations.cloud.logs import Logs
from operations.cloud.run_jobs import RunJobs
from operations.executions.console import dashboards_url, execution_url, job_url
from operations.executions.reasons import read_reasons
from operations.inventory.check import NOT_WELL, advise_first_steps, is_empty, list_concerns, render_concerns
from operations.inventory.page import DAYS, Past, render_jobs
from operations.inventory.survey import Survey, survey
from operations.inventory.table import describe_entry, describe_execution, render_executions, render_survey
from operations.terminal.arguments import make_parser, parse
from operations.terminal.browser import open_page
from operations.terminal.document import show_document
from operations.terminal.output import run_command, say, show
from operations.terminal.printable import SECRETS
from operations.terminal.table import find_width
from runtime.config.catalog import Catalog, load_catalog
from runtime.config.job import Job
from runtime.process.clock import Clock
from runtime.process.errors import DONE, ConfigurationError, UsageError

WATCH_SECONDS = 10.0
# ECMA-48: cursor home, erase to the end of the screen.
REDRAW = "\x1b[H\x1b[J"
DESCRIPTION = "Shows an environment's jobs, or the latest executions of one and why they failed."
EPILOG = f"""\
LAST is the latest execution that has ended. After it, what differs from the catalog:
  OVERDUE   no run has succeeded since the last tick, and all attempts' timeouts and 10 minutes have passed
  MISSING   bin/create-all-jobs ENV makes it
  image, cron, timeout, tasks: what is there, and what should be; the image is the one that was built last from this
            checkout, else the one that most jobs have

exit status: 0 listed; {NOT_WELL} if the environment has no job at all, and with --check if anything is missing, failed,
overdue or drifted"""


class Command:
    """One call of bin/list-jobs."""

    def __init__(self, choices: argparse.Namespace, clock: Clock) -> None:
        """Checks everything that can be checked before anything is sent."""
        self._catalog: Catalog = load_catalog()
        environment = self._catalog.environment(choices.environment)
        self._job = self._catalog.find(choices.job) if choices.job else None
        if self._job and (choices.check or choices.html is not None):
            raise UsageError(f"--{'check' if choices.check else 'html'} looks at all jobs", "omit JOB")
        self._choices = choices
        self._clock = clock
        self._session = GoogleSession(environment, os.environ, clock=clock, verbose=choices.verbose)

    def perform(self) -> int:
        """Shows once, or until Ctrl-C; the exit status."""
        if self._choices.open:
            environment = self._session.environment
            open_page(job_url(environment, self._job) if self._job else dashboards_url(environment))
        if not self._choices.watch:
            return self._look()
        try:
            while True:
                if sys.stdout.isatty():
                    print(REDRAW, end="")
                self._look()
                self._clock.sleep(WATCH_SECONDS)
        except KeyboardInterrupt:
            return DONE

    def _look(self) -> int:
        if self._job is not None:
            return self._show_history(self._job)
        found = survey(self._catalog, self._session)
        if self._choices.html is not None:
            return self._write_page(found)
        concerns = list_concerns(found)
        if self._choices.json:
            jobs = [describe_entry(entry, found) for entry in found.entries]
            named = [{"job": job, "problem": problem} for job, problem in concerns]
            page, moment = dashboards_url(found.environment), found.moment.isoformat()
            show_document(found.environment, jobs, moment=moment, image=found.image, concerns=named, dashboards=page)
        else:
            show(render_survey(found, find_width()))
            if not self._choices.open:
                say(f'dashboard "{dashboard_name(found.environment)}": {dashboards_url(found.environment)}')
        return self._judge(found, bool(concerns))

    def _judge(self, found: Survey, concerned: bool) -> int:
        if advice := advise_first_steps(found):
            say(advice)
        if is_empty(found):
            return NOT_WELL
        if not self._choices.check:
            return DONE
        if not self._choices.json:
            show(f"\n{render_concerns(found)}")
        return NOT_WELL if concerned else DONE

    def _write_page(self, found: Survey) -> int:
        runs, jobs, environment = RunJobs(self._session), self._catalog.jobs, found.environment
        since = found.moment - timedelta(days=DAYS)
        there = [entry.job for entry in found.entries if entry.deployed]
        with ThreadPoolExecutor(len(jobs)) as pool:
            listed = pool.map(lambda job: runs.list_since(job, since), there)
            executions = {job.name: history for job, history in zip(there, listed, strict=True)}
        every = [execution for history in executions.values() for execution in history]
        reasons = read_reasons(Logs(self._session), jobs, every)
        addresses = {execution.name: execution_url(environment, execution) for execution in every}
        path = Path(self._choices.html or f"jobs-{environment.name}.html")
        page = SECRETS.redact(render_jobs(found, Past(executions, reasons, addresses)))
        try:
            path.write_text(page, encoding="utf-8")
        except OSError as error:
            raise ConfigurationError(f"{path} cannot be written: {error.strerror}", "name another FILE") from error
        if self._choices.json:
            show_document(environment, [describe_entry(entry, found) for entry in found.entries], page=str(path))
        else:
            show(f"{path}: {len(every)} executions of {DAYS} days")
        return self._judge(found, bool(list_concerns(found)))

    def _show_history(self, job: Job) -> int:
        executions = RunJobs(self._session).list_executions(job)
        reasons = read_reasons(Logs(self._session), [job], executions)
        if self._choices.json:
            described = [describe_execution(execution, reasons.get(execution.name, "")) for execution in executions]
            show_document(self._session.environment, [{"job": job.name, "executions": described}])
        elif executions:
            show(render_executions(executions, reasons, find_width()))
        else:
            say(f"{job.name} has never run in {self._session.environment.name}")
        return DONE


def build_parser() -> argparse.ArgumentParser:
    """The command line."""
    parser = make_parser("list-jobs", DESCRIPTION, EPILOG)
    parser.add_argument("job", metavar="JOB", nargs="?", help="this job's executions instead")
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--watch", action="store_true", help=f"again every {WATCH_SECONDS:.0f} s, until Ctrl-C")
    page = f"the last {DAYS} days as a page, into FILE; jobs-ENV.html unless given"
    form.add_argument("--html", nargs="?", const="", metavar="FILE", help=page)
    form.add_argument("--check", action="store_true", help="name what is wrong, and end with its exit status")
    parser.add_argument("--open", action="store_true", help="the dashboard, or the job in Google's console, too")
    return parser


def main(arguments: list[str] | None = None) -> int:
    """The command; for its exit status see --help."""
    choices = parse(build_parser(), arguments)
    return run_command("list-jobs", lambda: Command(choices, Clock()).perform())


if __name__ == "__main__":
    sys.exit(main())
