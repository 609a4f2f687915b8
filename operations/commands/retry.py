"""bin/retry: runs the last failed execution of a job once more, with its options."""

from __future__ import annotations

import argparse
import os
import sys

from operations.cloud.executions import Execution, State
from operations.cloud.google_session import GoogleSession
from operations.cloud.logs import Logs
from operations.cloud.run_jobs import RunJobs
from operations.executions.console import execution_url
from operations.executions.reasons import read_reasons
from operations.executions.start import Start, start_once
from operations.executions.usage import add_watching
from operations.executions.verdict import EXIT_STATUSES
from operations.executions.watch import Watch
from operations.terminal.arguments import make_parser, parse
from operations.terminal.browser import open_page
from operations.terminal.confirmation import require_confirmation
from operations.terminal.output import run_command, say
from runtime.config.catalog import load_catalog
from runtime.config.job import Job
from runtime.process.clock import Clock
from runtime.process.errors import JobError

DESCRIPTION = """\
Runs the last execution of a job that failed or was cancelled once more, with the same options and tasks, and ends
with the job's own exit status. Refuses if the same call has succeeded since."""


class Command:
    """One call of bin/retry."""

    def __init__(self, choices: argparse.Namespace, clock: Clock) -> None:
        """Checks everything that can be checked before anything is sent."""
        catalog = load_catalog()
        self._environment = catalog.environment(choices.environment)
        self._job: Job = catalog.find(choices.job)
        self._choices = choices
        self._clock = clock
        self._session = GoogleSession(self._environment, os.environ, clock=clock, verbose=choices.verbose)

    def perform(self) -> int:
        """Finds it, tells why it failed, asks, runs; the exit status."""
        runs, job = RunJobs(self._session), self._job
        failed = find_failed(job, runs.list_executions(job), self._environment.name)
        reason = read_reasons(Logs(self._session), [job], [failed])[failed.name]
        say(f"{failed.name} {failed.state.value} at {failed.created:%Y-%m-%d %H:%M} UTC: {reason or 'no reason known'}")
        action = f"Run {' '.join((job.name, *failed.options))} again"
        # Asked for by number only if the job has another one: that takes a wider role.
        tasks = failed.tasks if job.sharded and failed.tasks != job.tasks[self._environment.name] else None
        start = Start(job, failed.options, tasks)
        execution = start_once(runs, start, say, self._clock, lambda: require_confirmation(self._environment, action))
        say(f"{execution.name} has started\n  {execution_url(self._environment, execution)}")
        if self._choices.open:
            open_page(execution_url(self._environment, execution))
        return Watch(self._session, job, self._choices, self._clock).watch(execution)


def find_failed(job: Job, executions: list[Execution], environment: str) -> Execution:
    """The latest that failed or was cancelled; JobError if there is none, or if the same call has succeeded since."""
    succeeded: set[tuple[str, ...]] = set()
    for execution in executions:
        if execution.state is State.SUCCEEDED:
            succeeded.add(execution.options)
        elif execution.state is not State.RUNNING:
            if execution.options in succeeded:
                problem = f"{execution.name} is the last that {execution.state.value}, and the same has succeeded since"
                raise JobError(problem, f"to run it anyway: bin/run-job {environment} {job.name}")
            return execution
    problem = f"no execution of {job.name} has failed" if executions else f"{job.name} has never run in {environment}"
    raise JobError(problem, f"bin/run-job {environment} {job.name}")


def build_parser() -> argparse.ArgumentParser:
    """The command line."""
    parser = make_parser("retry", DESCRIPTION, EXIT_STATUSES)
    parser.add_argument("job", metavar="JOB", help="short name, alias or full name")
    add_watching(parser)
    return parser


def main(arguments: list[str] | None = None) -> int:
    """The command; its exit status is the job's own, see --help; 1 if there is nothing to repeat."""
    choices = parse(build_parser(), arguments)
    return run_command("retry", lambda: Command(choices, Clock()).perform())


if __name__ == "__main__":
    sys.exit(main())
