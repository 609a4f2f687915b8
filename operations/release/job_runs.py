"""Runs the jobs of a release to their ends, one at a time."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from typing import Any

from operations.cloud.executions import Execution
from operations.cloud.google_session import GoogleSession
from operations.cloud.logs import LogLine, Logs
from operations.cloud.run_jobs import RunJobs
from operations.executions.counts import sum_counts
from operations.executions.display import Display
from operations.executions.follow import Ended, follow
from operations.executions.lines import render_result
from operations.executions.start import Start, start_once
from operations.executions.tail import Tail
from operations.executions.verdict import REPORTED
from operations.terminal.activity import Activity
from operations.terminal.output import say, show
from runtime.config.job import Job
from runtime.process.clock import Clock
from runtime.process.errors import DONE, TransientError

# Each turn waits for another execution to end, up to the job's own timeout.
MOST_TURNS = 5


@dataclass(frozen=True, slots=True)
class JobRun:
    """A job's execution that has ended, with the last line of each task."""

    job: Job
    ended: Ended
    summaries: dict[int, LogLine]

    @property
    def is_done(self) -> bool:
        """The job did its work, and said so."""
        return self.ended.verdict.status == "done" and self.ended.complete

    @property
    def status(self) -> str:
        """The job's word, or what Cloud Run made of it."""
        return self.ended.verdict.status

    @property
    def counts(self) -> dict[str, int]:
        """The sums over all tasks."""
        return sum_counts(self.summaries.values())

    def detail(self, name: str) -> Any:
        """A member of the first summary that has it, else None."""
        return next((line.fields[name] for line in self.summaries.values() if name in line.fields), None)


class JobRunner:
    """Starts and follows; `current` is what Ctrl-C or a lost network leaves running."""

    def __init__(self, session: GoogleSession, clock: Clock, *, as_json: bool = False) -> None:
        """With `as_json` standard output is left to a document."""
        self._as_json = as_json
        self._show = say if as_json else show
        self.current: tuple[Job, Execution] | None = None
        self._environment = session.environment
        self._runs, self._logs = RunJobs(session), Logs(session)
        self._clock = clock

    def run(self, job: Job) -> JobRun:
        """The whole job's run; one that was skipped for another execution waits for that one's end and is repeated.

        Raises TransientError when others keep getting in the way, and what RunJobs and start_once raise.
        """
        for _ in range(MOST_TURNS):
            run = self._follow(job, self._start(job))
            self._show(render_result(self._environment, job, run.ended, run.summaries))
            other = run.detail("running_execution")
            if run.status != "skipped" or other is None:
                return run
            say(f"{job.name} left the work to {other}: waiting for its end, then {job.name} runs")
            self._follow(job, self._runs.find_execution(job, str(other)))
        raise TransientError(f"{job.name} met another execution of itself {MOST_TURNS} times", "find out who starts it")

    def report(self, job: Job, *arguments: str) -> JobRun:
        """A run with options, by which it changes nothing: of its log only what is amiss is shown."""
        run = self._follow(job, self._start(job, *arguments), least="WARNING")
        if run.ended.verdict.exit_status not in (DONE, REPORTED):
            self._show(render_result(self._environment, job, run.ended, run.summaries))
        return run

    def find_last(self, job: Job) -> Execution | None:
        """The newest execution of the whole job, as its trigger or a release starts it."""
        executions = self._runs.list_executions(job)
        return next((execution for execution in executions if execution.whole), None)

    def _start(self, job: Job, *arguments: str) -> Execution:
        execution = start_once(self._runs, Start(job, arguments, None), say, self._clock)
        self.current = (job, execution)
        say(f"  {execution.name}")
        return execution

    def _follow(self, job: Job, execution: Execution, least: str = "INFO") -> JobRun:
        self.current = (job, execution)
        with Activity() as activity:
            display = Display(activity, execution.tasks, least=least, indent="  ", as_json=self._as_json)
            tail = Tail(self._logs, job, execution, display.show, self._clock)
            ended = follow(self._runs, tail, job, execution, self._clock, deadline=inf, watch=display.watch)
        self.current = None
        return JobRun(job, ended, tail.summaries)
