"""One task of an execution: its attempts, each with a timeout, until one succeeds or none is left."""

from __future__ import annotations

import signal
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from google.cloud import run_v2
from google.rpc import code_pb2, status_pb2

from sandbox.control_plane.moments import stamp
from sandbox.control_plane.run.conditions import Outcome, State, conclude, set_condition
from sandbox.control_plane.run.runner import Container, Exit, Handle
from sandbox.control_plane.run.state import Run

# https://cloud.google.com/run/docs/container-contract: between SIGTERM and SIGKILL.
GRACE = timedelta(seconds=10)
CANCELLED = "The task was cancelled."
TIMED_OUT = "The configured timeout was reached."


@dataclass(frozen=True, slots=True)
class Verdict:
    """What Cloud Run makes of an attempt's end; `code` is a canonical one (google.rpc.Code)."""

    outcome: Outcome
    code: int
    message: str
    exit: Exit
    when: datetime


class TaskRun:
    """Carries out one task and keeps its resource up to date."""

    def __init__(self, run: Run, task: run_v2.Task, container: Container, env: dict[str, str]) -> None:
        self._run = run
        self.task = task
        self._container = container
        self._env = env

    def carry_out(self) -> None:
        """Attempts until success, cancellation or the last retry."""
        timeline = self._run.platform.timeline
        with timeline.change():
            self.task.start_time = self.task.update_time = stamp(timeline.now())
            set_condition(self.task.conditions, "Started", State.CONDITION_SUCCEEDED, timeline.now())
            self._run.execution.running_count += 1
        verdict = self._attempt(0, timeline.now())
        for attempt in range(1, self.task.max_retries + 1):
            if verdict.outcome is not Outcome.FAILED:
                break
            self._note_retry(verdict)
            verdict = self._attempt(attempt, max(verdict.when, timeline.now()))
        self._finish(verdict)

    def _attempt(self, number: int, started: datetime) -> Verdict:
        platform, run = self._run.platform, self._run
        if run.cancelled:
            return Verdict(Outcome.CANCELLED, code_pb2.CANCELLED, CANCELLED, Exit(), started)
        write = platform.logs.writer(
            run.execution.name, self.task.index, number, trusts_time=platform.runner.passes_time
        )
        env = self._env | run.platform_env(self.task.index, number)
        handle = platform.runner.start(replace(self._container, starts_at=started), env, write, platform.timeline.wake)
        deadline = started + timedelta(seconds=self._container.timeout_seconds)
        platform.timeline.wait(lambda: handle.poll() is not None or run.cancelled, deadline)
        ended = handle.poll()
        verdict = self._judge(ended or self._stop(handle, deadline), deadline, by_platform=ended is None)
        write("system", _describe_end(verdict.exit), verdict.when)
        return verdict

    def _stop(self, handle: Handle, deadline: datetime) -> Exit:
        """SIGTERM, then SIGKILL after the grace period, which begins at the deadline or at the cancellation."""
        timeline = self._run.platform.timeline
        killed_at = min(deadline, timeline.now()) + GRACE
        for number, until in ((signal.SIGTERM, killed_at), (signal.SIGKILL, None)):
            handle.send_signal(number)
            if timeline.wait(lambda: handle.poll() is not None, until):
                break
        ended = handle.poll()
        assert ended is not None
        return Exit(signal=ended.signal or signal.SIGTERM, ended_at=ended.ended_at)

    def _judge(self, ended: Exit, deadline: datetime, *, by_platform: bool) -> Verdict:
        when = ended.ended_at or self._run.platform.timeline.now()
        if by_platform and self._run.cancelled:
            return Verdict(Outcome.CANCELLED, code_pb2.CANCELLED, CANCELLED, ended, when)
        if by_platform or when > deadline:
            return Verdict(Outcome.FAILED, code_pb2.DEADLINE_EXCEEDED, TIMED_OUT, ended, when)
        if ended.signal:
            return Verdict(
                Outcome.FAILED, code_pb2.ABORTED, f"Container terminated on signal {ended.signal}.", ended, when
            )
        if ended.status:
            return Verdict(Outcome.FAILED, code_pb2.ABORTED, "The container exited with an error.", ended, when)
        return Verdict(Outcome.SUCCEEDED, code_pb2.OK, "", ended, when)

    def _record(self, verdict: Verdict) -> None:
        status = status_pb2.Status(code=verdict.code, message=verdict.message)
        self.task.last_attempt_result = run_v2.TaskAttemptResult(
            status=status, exit_code=verdict.exit.status, term_signal=verdict.exit.signal
        )

    def _note_retry(self, verdict: Verdict) -> None:
        with self._run.platform.timeline.change():
            self._record(verdict)
            self._run.execution.retried_count += not self.task.retried
            self.task.retried += 1

    def _finish(self, verdict: Verdict) -> None:
        execution = self._run.execution
        with self._run.platform.timeline.change():
            self._record(verdict)
            conclude(self.task, verdict.outcome, verdict.when, verdict.message)
            execution.running_count -= 1
            execution.succeeded_count += verdict.outcome is Outcome.SUCCEEDED
            execution.failed_count += verdict.outcome is Outcome.FAILED
            execution.cancelled_count += verdict.outcome is Outcome.CANCELLED


def _describe_end(ended: Exit) -> str:
    if ended.signal:
        return f"Container terminated on signal {ended.signal}."
    return f"Container called exit({ended.status})."
