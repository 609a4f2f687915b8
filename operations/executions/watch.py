"""Watches an execution to its end, shows its log, and tells its result."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from math import inf

from operations.cloud.executions import Execution
from operations.cloud.google_session import GoogleSession
from operations.cloud.logs import Logs
from operations.cloud.run_jobs import RunJobs
from operations.executions.display import Display
from operations.executions.follow import follow
from operations.executions.lines import describe_result, render_result
from operations.executions.start import describe_next_steps
from operations.executions.tail import Tail
from operations.terminal.activity import Activity
from operations.terminal.document import show_document
from operations.terminal.output import INTERRUPTED, say, show
from runtime.config.environment import Environment
from runtime.config.job import Job
from runtime.process.clock import Clock
from runtime.process.errors import JobError


@dataclass(frozen=True, slots=True)
class Watch:
    """Of one job; `choices` are those of bin/run-job: json, timeout, verbose."""

    session: GoogleSession
    job: Job
    choices: argparse.Namespace
    clock: Clock

    def watch(self, execution: Execution) -> int:
        """The exit status: the job's own, or why the execution is left alone."""
        limit = self.choices.timeout
        deadline = inf if limit is None else self.clock.monotonic() + limit
        runs, logs = RunJobs(self.session), Logs(self.session)
        try:
            with Activity() as activity:
                json, verbose = self.choices.json, self.choices.verbose
                display = Display(activity, execution.tasks, verbose=verbose, as_json=json)
                least = "DEBUG" if verbose else "INFO"
                tail = Tail(logs, self.job, execution, display.show, self.clock, least=least)
                ended = follow(runs, tail, self.job, execution, self.clock, deadline=deadline, watch=display.watch)
        except KeyboardInterrupt:
            say(f"\n{execution.name} goes on\n{self._next_steps(execution)}")
            return INTERRUPTED
        except JobError as error:
            say(f"{error}\n{execution.name} is left as it is\n{self._next_steps(execution)}")
            return error.exit_status
        if tail.trouble:
            say(f"the log is not complete: {tail.trouble}")
        if self.choices.json:
            show_document(self._environment, [describe_result(self._environment, self.job, ended, tail.summaries)])
        else:
            show(render_result(self._environment, self.job, ended, tail.summaries))
        return ended.verdict.exit_status

    def _next_steps(self, execution: Execution) -> str:
        return describe_next_steps(self._environment, self.job, execution.name)

    @property
    def _environment(self) -> Environment:
        return self.session.environment
