"""bin/run-job: runs a job in Cloud Run, shows its log, and ends with its result."""

from __future__ import annotations

import argparse
import json
import os
import sys
from datetime import datetime
from math import inf

from operations.cloud.executions import Execution
from operations.cloud.google_session import GoogleSession
from operations.cloud.logs import LogLine, Logs
from operations.cloud.run_jobs import RunJobs
from operations.executions.follow import follow
from operations.executions.lines import console_url, describe_result, render_line, render_result
from operations.executions.start import Start, command_to_follow, describe_next_steps, start_once
from operations.executions.tail import Tail
from operations.executions.usage import SHARDED, parse_arguments
from operations.terminal.confirmation import require_confirmation
from operations.terminal.output import INTERRUPTED, run_command, say
from runtime.config.catalog import load_catalog
from runtime.config.command_line import parse_options
from runtime.config.environment import Environment
from runtime.config.job import Job
from runtime.process.clock import Clock
from runtime.process.errors import JobError, UsageError


class Command:
    """One call of bin/run-job."""

    def __init__(self, choices: argparse.Namespace, clock: Clock) -> None:
        """Checks everything that can be checked before anything is sent."""
        catalog = load_catalog()
        self.environment: Environment = catalog.environment(choices.environment)
        self.job: Job = catalog.find(choices.job)
        parse_options(self.job, list(choices.arguments))
        if choices.tasks and self.job.name != SHARDED:
            raise UsageError(f"{self.job.name} does not divide its work: each task would do all of it", "omit --tasks")
        self._choices = choices
        self._clock = clock
        session = GoogleSession(self.environment, os.environ, clock=clock, verbose=choices.verbose)
        self._runs, self._logs = RunJobs(session), Logs(session)

    def perform(self) -> int:
        """Cancels, follows or starts; the exit status."""
        if self._choices.cancel:
            return self._cancel(self._choices.cancel)
        if self._choices.follow:
            return self._watch(self._runs.find_execution(self.job, self._choices.follow))
        execution = self._start()
        return self._leave(execution) if self._choices.asynchronous else self._watch(execution)

    def _start(self) -> Execution:
        warning = warn_of_day(self.job, self._clock.now())
        if warning:
            say(warning)
        require_confirmation(self.environment, f"Run {' '.join((self.job.name, *self._choices.arguments))}")
        start = Start(self.job, self._choices.arguments, self._choices.tasks)
        try:
            execution = start_once(self._runs, start, say, self._clock)
        except KeyboardInterrupt:
            say(f"\nIt may have been started: bin/list-jobs {self.environment.name} {self.job.name} shows it")
            raise
        say(f"{execution.name} has started\n  {console_url(self.environment, execution)}")
        return execution

    def _cancel(self, name: str) -> int:
        require_confirmation(self.environment, f"Cancel {name} of {self.job.name}")
        self._runs.cancel(self.job, name)
        say(f"{name} is being cancelled; watch it end: {command_to_follow(self.environment, self.job, name)}")
        return 0

    def _leave(self, execution: Execution) -> int:
        watch = command_to_follow(self.environment, self.job, execution.name)
        if self._choices.json:
            described = {
                "execution": execution.name,
                "console": console_url(self.environment, execution),
                "watch": watch,
            }
            print(json.dumps(described, indent=2))
        else:
            print(f"{execution.name}\nwatch it: {watch}")
        return 0

    def _watch(self, execution: Execution) -> int:
        limit = self._choices.timeout
        deadline = inf if limit is None else self._clock.monotonic() + limit
        tail = Tail(self._logs, self.job, execution, lambda line: self._show(line, execution.tasks), self._clock)
        try:
            ended = follow(self._runs, tail, self.job, execution, self._clock, deadline=deadline)
        except KeyboardInterrupt:
            say(f"\n{execution.name} goes on\n{self._next_steps(execution)}")
            return INTERRUPTED
        except JobError as error:
            say(f"run-job: {error}\n{execution.name} is left as it is\n{self._next_steps(execution)}")
            return error.exit_status
        if tail.trouble:
            say(f"the log is not complete: {tail.trouble}")
        if self._choices.json:
            print(json.dumps(describe_result(self.environment, self.job, ended, tail.summaries), indent=2))
        else:
            print(render_result(self.environment, self.job, ended, tail.summaries))
        return ended.verdict.exit_status

    def _show(self, line: LogLine, tasks: int) -> None:
        if self._choices.verbose or not (line.by_platform or line.severity == "DEBUG"):
            print(render_line(line, tasks=tasks), file=sys.stderr if self._choices.json else sys.stdout, flush=True)

    def _next_steps(self, execution: Execution) -> str:
        return describe_next_steps(self.environment, self.job, execution.name)


def warn_of_day(job: Job, now: datetime) -> str:
    """What a monthly job will not do today; empty if there is nothing to say."""
    if job.kind != "monthly" or job.cron is None or now.day in job.cron.days:
        return ""
    days = ", ".join(map(str, sorted(job.cron.days)))
    return f"{job.name} acts on day {days} of the month only (UTC): today nothing will be reset"


def main(arguments: list[str] | None = None) -> int:
    """The command; its exit status is the job's own, see --help."""
    choices = parse_arguments(sys.argv[1:] if arguments is None else arguments)
    return run_command("run-job", lambda: Command(choices, Clock()).perform())


if __name__ == "__main__":
    sys.exit(main())
