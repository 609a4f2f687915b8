"""Carries out an execution: prepares the container, runs the tasks, says how it ended."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from google.cloud import run_v2
from google.rpc import code_pb2

from sandbox.control_plane.moments import read_moment, stamp
from sandbox.control_plane.run.attempts import TaskRun
from sandbox.control_plane.run.conditions import (
    ExecutionReason,
    Outcome,
    State,
    conclude,
    format_duration,
    set_condition,
)
from sandbox.control_plane.run.preparation import StartFailure, prepare
from sandbox.control_plane.run.runner import Container
from sandbox.control_plane.run.state import Run
from sandbox.control_plane.world.world import make_uid

NO_FAILURE = (code_pb2.OK, code_pb2.CANCELLED)


def carry_out(run: Run) -> None:
    """From the first condition to the last; never raises for anything that a job does."""
    platform, execution = run.platform, run.execution
    try:
        container, env = prepare(platform.world, platform.access, execution)
    except StartFailure as failure:
        with platform.timeline.change():
            condition = conclude(execution, Outcome.FAILED, platform.timeline.now(), failure.message)
            condition.reason = run_v2.Condition.CommonReason(failure.reason)
        return
    with platform.timeline.change():
        _begin(run, container)
        tasks = [TaskRun(run, task, container, env) for task in run.tasks]
    with ThreadPoolExecutor(execution.parallelism or execution.task_count) as pool:
        for _ in pool.map(TaskRun.carry_out, tasks):
            pass
    with platform.timeline.change():
        _end(run)


def _begin(run: Run, container: Container) -> None:
    execution, now = run.execution, run.platform.timeline.now()
    execution.start_time = execution.update_time = stamp(now)
    for kind in ("ContainerReady", "ResourcesAvailable", "Started"):
        set_condition(execution.conditions, kind, State.CONDITION_SUCCEEDED, now)
    for index in range(execution.task_count):
        name = f"{execution.name}/tasks/{execution.name.rpartition('/')[2]}-task{index}"
        task = run_v2.Task(
            name=name,
            uid=make_uid(name),
            generation=1,
            create_time=stamp(now),
            scheduled_time=stamp(now),
            update_time=stamp(now),
            job=execution.job,
            execution=execution.name.rpartition("/")[2],
            containers=execution.template.containers,
            max_retries=execution.template.max_retries,
            timeout=execution.template.timeout,
            service_account=container.account,
            index=index,
            reconciling=True,
        )
        set_condition(task.conditions, "Completed", State.CONDITION_RECONCILING, now)
        run.tasks.append(task)


def _end(run: Run) -> None:
    execution = run.execution
    ended = max(read_moment(task.completion_time) for task in run.tasks)
    failed = [
        task for task in run.tasks if task.last_attempt_result.status.code not in (code_pb2.OK, code_pb2.CANCELLED)
    ]
    if execution.failed_count:
        first, status = failed[0].name.rpartition("/")[2], failed[0].last_attempt_result.status
        message = f"Task {first} failed with message: {status.message}"
        condition = conclude(execution, Outcome.FAILED, ended, message)
        condition.execution_reason = ExecutionReason(ExecutionReason.NON_ZERO_EXIT_CODE)
    elif execution.cancelled_count:
        conclude(execution, Outcome.CANCELLED, ended, "The execution was cancelled.")
    else:
        seconds = (ended - read_moment(execution.start_time)).total_seconds()
        conclude(
            execution, Outcome.SUCCEEDED, ended, f"Execution completed successfully in {format_duration(seconds)}."
        )
