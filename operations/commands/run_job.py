"""bin/run-job: runs a job in Cloud Run, shows its log, and ends with its result."""

from __future__ import annotations

import argparse
import os
import sys
from datetime import datetime

from operations.cloud.executions import Execution
from operations.cloud.google_session import GoogleSession
from operations.cloud.run_jobs import RunJobs
from operations.executions.console import execution_url
from operations.executions.start import Start, command_to_follow, start_once
from operations.executions.usage import describe_options, parse_arguments
from operations.executions.watch import Watch
from operations.terminal.browser import open_page
from operations.terminal.confirmation import require_confirmation
from operations.terminal.document import show_document
from operations.terminal.output import run_command, say, show
from runtime.config.catalog import load_catalog
from runtime.config.command_line import parse_options
from runtime.config.environment import Environment
from runtime.config.job import Job
from runtime.process.clock import Clock
from runtime.process.errors import DONE, UsageError


class Command:
    """One call of bin/run-job."""

    def __init__(self, choices: argparse.Namespace, environment: Environment, job: Job, clock: Clock) -> None:
        """Checks everything that can be checked before anything is sent."""
        parse_options(job, list(choices.arguments))
        if choices.tasks and not job.sharded:
            raise UsageError(f"{job.name} does not divide its work: each task would do all of it", "omit --tasks")
        self._environment, self._job = environment, job
        self._choices = choices
        self._clock = clock
        session = GoogleSession(environment, os.environ, clock=clock, verbose=choices.verbose)
        self._runs = RunJobs(session)
        self._watch = Watch(session, job, choices, clock)

    def perform(self) -> int:
        """Does what was asked for; the exit status."""
        if self._choices.cancel:
            return self._cancel(self._choices.cancel)
        if self._choices.follow:
            execution = self._runs.find_execution(self._job, self._choices.follow)
            self._open(execution)
            return self._watch.watch(execution)
        execution = self._start()
        return self._leave(execution) if self._choices.asynchronous else self._watch.watch(execution)

    def _start(self) -> Execution:
        environment, job = self._environment, self._job
        if warning := warn_of_day(job, self._clock.now()):
            say(warning)
        action = f"Run {' '.join((job.name, *self._choices.arguments))}"
        start = Start(job, self._choices.arguments, self._choices.tasks)
        try:
            execution = start_once(
                self._runs, start, say, self._clock, lambda: require_confirmation(environment, action)
            )
        except KeyboardInterrupt:
            say(f"\nIt may have been started: bin/list-jobs {environment.name} {job.name} shows it")
            raise
        say(f"{execution.name} has started\n  {execution_url(environment, execution)}")
        self._open(execution)
        return execution

    def _cancel(self, name: str) -> int:
        require_confirmation(self._environment, f"Cancel {name} of {self._job.name}")
        self._runs.cancel(self._job, name)
        watch = command_to_follow(self._environment, self._job, name)
        say(f"{name} is being cancelled; watch it end: {watch}")
        if self._choices.json:
            described = {"job": self._job.name, "execution": name, "state": "cancelling", "watch": watch}
            show_document(self._environment, [described])
        return DONE

    def _leave(self, execution: Execution) -> int:
        watch = command_to_follow(self._environment, self._job, execution.name)
        if self._choices.json:
            console = execution_url(self._environment, execution)
            described = {"job": self._job.name, "execution": execution.name, "state": execution.state.value}
            show_document(self._environment, [{**described, "console": console, "watch": watch}])
        else:
            show(f"{execution.name}\nwatch it: {watch}")
        return DONE

    def _open(self, execution: Execution) -> None:
        if self._choices.open:
            open_page(execution_url(self._environment, execution))


def warn_of_day(job: Job, now: datetime) -> str:
    """What a monthly job will not do today; empty if there is nothing to say."""
    if job.kind != "monthly" or job.cron is None or now.day in job.cron.days:
        return ""
    days = ", ".join(map(str, sorted(job.cron.days)))
    return f"{job.name} acts on day {days} of the month only (UTC): today nothing will be reset"


def perform(choices: argparse.Namespace, clock: Clock) -> int:
    """The whole call, also one that only asks for a job's options; the exit status."""
    catalog = load_catalog()
    environment, job = catalog.environment(choices.environment), catalog.find(choices.job)
    if "--help" in choices.arguments:
        show(describe_options(job, environment))
        return DONE
    return Command(choices, environment, job, clock).perform()


def main(arguments: list[str] | None = None) -> int:
    """The command; its exit status is the job's own, see --help."""
    choices = parse_arguments(sys.argv[1:] if arguments is None else arguments)
    return run_command("run-job", lambda: perform(choices, Clock()))


if __name__ == "__main__":
    sys.exit(main())
