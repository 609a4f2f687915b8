"""How an execution ended, as one word and one exit status."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from operations.cloud.executions import Execution, State, Task
from operations.cloud.logs import LogLine
from operations.terminal.output import INTERRUPTED
from runtime.process.errors import DONE, FAILED, GAVE_UP, REFUSED, TERMINATED

REPORTED = 3
TIMED_OUT = 124
NOT_STARTED = 126
SIGNALED = 128
EXIT_STATUSES = f"""\
exit status:
  {DONE}    the job is done, or had nothing to do
  {FAILED}    the job ran and failed, also in part; or the question was not answered with yes
  {REFUSED}    wrong usage or configuration, of this command or of the job
  {REPORTED}    the job is well, and its summary says pending or drifted
  {GAVE_UP}   a fault that may pass: the job gave up, or this command lost sight of it (it says which)
  {TIMED_OUT}  Cloud Run stopped the job at its timeout
  {NOT_STARTED}  the execution never started: image, secret, grant or account
  128+N the job was killed by signal N (137: usually out of memory)
  {INTERRUPTED}  Ctrl-C here; the execution goes on
  {TERMINATED}  the execution was cancelled
Of several tasks the worst counts: any other status, then {FAILED}, {REFUSED}, {GAVE_UP}, {REPORTED}, {DONE}."""
# From the best to the worst; a status that is not here is worse than all of them.
RANKS = {status: rank for rank, status in enumerate((DONE, REPORTED, GAVE_UP, REFUSED, FAILED))}
# How Cloud Run names an image that its registry does not have.
NO_IMAGE = re.compile(r"\bImage '[^']*' not found")
WORDS = {
    DONE: "done",
    GAVE_UP: "incomplete",
    TIMED_OUT: "timed out",
    NOT_STARTED: "not started",
    TERMINATED: "cancelled",
}


@dataclass(frozen=True, slots=True)
class Verdict:
    """`status` is the job's own word if it left a summary; `reason` is empty if all is well."""

    status: str
    exit_status: int
    reason: str


def judge(execution: Execution, tasks: Iterable[Task], summaries: Mapping[int, LogLine]) -> Verdict:
    """The verdict on an execution that has ended; `summaries` are the tasks' last lines by index, as far as known."""
    if execution.state is State.CANCELLED:
        return Verdict("cancelled", TERMINATED, execution.message or "the execution was cancelled")
    verdicts = [_judge_task(task, summaries.get(task.index)) for task in tasks if task.tried]
    if execution.state is State.FAILED and not verdicts:
        return Verdict("not started", NOT_STARTED, execution.message or "Cloud Run gives no reason")
    verdicts = verdicts or [Verdict("done", DONE, "")]
    worst = max(verdicts, key=lambda verdict: (RANKS.get(verdict.exit_status, len(RANKS)), verdict.exit_status))
    if execution.state is State.FAILED and worst.exit_status in (DONE, REPORTED):
        return Verdict("failed", FAILED, execution.message)
    return worst


def find_way_to_start(environment: str, reason: str) -> str:
    """What to do about an execution that never started, with Cloud Run's reason."""
    if NO_IMAGE.search(reason):
        return f"bin/build-image {environment} makes the image, bin/create-all-jobs {environment} gives it to the jobs"
    return (
        f"bin/create-all-jobs {environment} restores grants and accounts; "
        f"bin/doctor {environment} checks image and secrets"
    )


def _judge_task(task: Task, summary: LogLine | None) -> Verdict:
    summary_fields = {} if summary is None else summary.fields
    reason = str(summary_fields.get("error") or summary_fields.get("reason") or task.message)
    if task.timed_out:
        return Verdict("timed out", TIMED_OUT, task.message)
    if task.cancelled:
        return Verdict("cancelled", TERMINATED, task.message or "the task was cancelled")
    if task.signal:
        return Verdict("killed", SIGNALED + task.signal, f"killed by signal {task.signal}: {task.message}")
    status = str(summary_fields.get("status", ""))
    if summary_fields.get("exit_status", task.exit_code) != task.exit_code or not status:
        # None has arrived, or the process crashed after writing it.
        return Verdict(WORDS.get(task.exit_code, "failed"), task.exit_code, task.message)
    return Verdict(status, REPORTED if status in ("pending", "drifted") else task.exit_code, reason)
