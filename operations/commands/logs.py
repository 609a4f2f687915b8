"""bin/logs: the log of a job's execution, the latest unless one is named."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator
from datetime import timedelta

from operations.cloud.executions import Execution, State
from operations.cloud.google_session import GoogleSession
from operations.cloud.logs import SEVERITIES, LogLine, Logs
from operations.cloud.run_jobs import RunJobs
from operations.executions.console import execution_url
from operations.executions.lines import describe_line, render_line
from operations.executions.reasons import read_reasons
from operations.executions.start import command_to_follow
from operations.executions.tail import CLOCK_SKEW, READ_SECONDS
from operations.executions.usage import read_execution
from operations.terminal.arguments import make_parser, parse
from operations.terminal.browser import open_page
from operations.terminal.document import show_document
from operations.terminal.output import run_command, say, show
from runtime.config.catalog import load_catalog
from runtime.config.job import Job
from runtime.process.clock import Clock
from runtime.process.errors import DONE, JobError

DESCRIPTION = "Shows the log of a job's latest execution, or of the one named, as far as it is written."
EPILOG = "exit status: 0, however the job ended; bin/run-job ENV JOB --follow EXECUTION ends with the job's own"
# Log entries are kept for 30 days unless somebody has set another time.
KEPT = timedelta(days=30)


class Command:
    """One call of bin/logs."""

    def __init__(self, choices: argparse.Namespace, clock: Clock) -> None:
        """Checks everything that can be checked before anything is sent."""
        catalog = load_catalog()
        environment = catalog.environment(choices.environment)
        self._job: Job = catalog.find(choices.job)
        self._choices = choices
        self._clock = clock
        self._session = GoogleSession(environment, os.environ, clock=clock, verbose=choices.verbose)
        self._runs, self._logs = RunJobs(self._session), Logs(self._session)

    def perform(self) -> int:
        """Shows the log and how the execution ended; the exit status."""
        execution, environment = self._find(), self._session.environment
        if self._choices.open:
            open_page(execution_url(environment, execution))
        lines = []
        for line in self._read(execution):
            lines.append(line)
            if not self._choices.json:
                show(render_line(line, tasks=execution.tasks))
        if self._choices.json:
            described = [describe_line(line) for line in lines]
            head = {"job": self._job.name, "execution": execution.name, "state": execution.state.value}
            show_document(environment, [{**head, "lines": described}])
        else:
            self._report_end(execution, any(lines))
        return DONE

    def _find(self) -> Execution:
        if self._choices.execution:
            return self._runs.find_execution(self._job, self._choices.execution)
        if executions := self._runs.list_executions(self._job):
            return executions[0]
        environment = self._session.environment.name
        raise JobError(
            f"{self._job.name} has never run in {environment}", f"bin/run-job {environment} {self._job.name}"
        )

    def _read(self, execution: Execution) -> Iterator[LogLine]:
        """Page by page, no faster than a colleague's commands beside this one can bear."""
        token = ""
        while True:
            since = execution.created - CLOCK_SKEW
            least = self._choices.severity
            lines, token = self._logs.read_page(self._job, execution.name, since, token, least=least)
            yield from (line for line in lines if self._choices.verbose or not line.by_platform)
            if not token:
                return
            self._clock.sleep(READ_SECONDS)

    def _report_end(self, execution: Execution, any_lines: bool) -> None:
        if not any_lines:
            kept = ", which is kept for 30 days" if self._clock.now() - execution.created > KEPT else ""
            say(f"{execution.name} has nothing of severity {self._choices.severity} or above in the log{kept}")
        if execution.state is State.RUNNING:
            say(f"still running: {command_to_follow(self._session.environment, self._job, execution.name)}")
            return
        reason = read_reasons(self._logs, [self._job], [execution]).get(execution.name, "")
        took = "" if execution.seconds is None else f" after {execution.seconds:.1f} s"
        say(f"{execution.name}: {execution.state.value}{took}" + (f": {reason}" if reason else ""))


def build_parser() -> argparse.ArgumentParser:
    """The command line."""
    parser = make_parser("logs", DESCRIPTION, EPILOG)
    parser.add_argument("job", metavar="JOB", help="short name, alias or full name")
    parser.add_argument("execution", metavar="EXECUTION", nargs="?", type=read_execution, help="this one")
    parser.add_argument("--last", action="store_true", help="the latest, as without EXECUTION")
    severities = ", ".join(SEVERITIES)
    parser.add_argument(
        "--severity",
        type=_read_severity,
        metavar="LEAST",
        default="INFO",
        help=f"this severity and above: one of {severities}; %(default)s without it, DEBUG has each request",
    )
    parser.add_argument("--open", action="store_true", help="the execution in Google's console too, in a browser")
    return parser


def _read_severity(text: str) -> str:
    if text.upper() not in SEVERITIES:
        raise argparse.ArgumentTypeError(f"{text!r} is not one of {', '.join(SEVERITIES)}")
    return text.upper()


def main(arguments: list[str] | None = None) -> int:
    """The command; 0, 1 for a job that has never run, 2 for wrong usage."""
    parser = build_parser()
    choices = parse(parser, arguments)
    if choices.last and choices.execution:
        parser.error("--last and EXECUTION exclude each other")
    return run_command("logs", lambda: Command(choices, Clock()).perform())


if __name__ == "__main__":
    sys.exit(main())
