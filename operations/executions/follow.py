"""Follows an execution to its end: its state and its log side by side."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from operations.cloud.executions import Execution, State, Task
from operations.cloud.run_jobs import RunJobs
from operations.executions.tail import READ_SECONDS, Tail
from operations.executions.verdict import Verdict, judge
from runtime.config.job import Job
from runtime.process.clock import Clock
from runtime.process.errors import TransientError

# The first looks are close together: most jobs take seconds.
FIRST_WAIT_SECONDS = 0.5
LONGEST_WAIT_SECONDS = 4.0
# How long lines of a job that has ended are waited for.
LATE_SECONDS = 20.0


class StillRunning(TransientError):
    """The time for following is up; the execution goes on."""


@dataclass(frozen=True, slots=True)
class Ended:
    """An execution that has ended; `complete` tells whether all its summaries have arrived."""

    execution: Execution
    tasks: list[Task]
    verdict: Verdict
    complete: bool


def follow(
    runs: RunJobs,
    tail: Tail,
    job: Job,
    execution: Execution,
    clock: Clock,
    *,
    deadline: float,
    watch: Callable[[Execution], None] = lambda _: None,
) -> Ended:
    """Shows the log as it grows until the execution has ended, or raises StillRunning at the deadline.

    `watch` hears at every look how the execution fares.
    """
    wait, first_read = FIRST_WAIT_SECONDS, clock.monotonic() + READ_SECONDS
    while execution.state is State.RUNNING:
        watch(execution)
        left = deadline - clock.monotonic()
        if left <= 0:
            raise StillRunning(f"{execution.name} is still running; the time to watch it is up")
        clock.sleep(min(wait, left))
        wait = min(2 * wait, LONGEST_WAIT_SECONDS)
        execution = runs.find_execution(job, execution.name)
        # A read now would delay the one that a job of a second needs at its end.
        if clock.monotonic() >= first_read and tail.seconds_to_next_read == 0:
            tail.read()
    tasks = runs.list_tasks(execution)
    complete = _await_summaries(tail, tasks, clock)
    return Ended(execution, tasks, judge(execution, tasks, tail.summaries), complete)


def _await_summaries(tail: Tail, tasks: list[Task], clock: Clock) -> bool:
    """Reads until the last attempt of every task that ended by itself has summed up, or it gets too late."""
    latest = clock.monotonic() + LATE_SECONDS
    expected = {task.index: task.attempts - 1 for task in tasks if _sums_up(task)}
    while not tail.denied and clock.monotonic() + tail.seconds_to_next_read < latest:
        clock.sleep(tail.seconds_to_next_read)
        tail.read()
        arrived = {index: line.attempt for index, line in tail.summaries.items()}
        if tail.caught_up and all(arrived.get(index, -1) >= attempt for index, attempt in expected.items()):
            return True
    return not expected


def _sums_up(task: Task) -> bool:
    return task.tried and not (task.signal or task.timed_out or task.cancelled)
