"""How executions end: exit status, signal, timeout, cancellation, and what overrides change."""

from __future__ import annotations

import pytest
from google.cloud import run_v2

from sandbox.control_plane import ControlPlane
from sandbox.control_plane.example import (
    PARENT,
    call,
    make_plane,
)
from tests.sandbox.control_plane.steps import completed, events, run, start, wait_for_line

ExecutionReason = run_v2.Condition.ExecutionReason


@pytest.mark.parametrize(
    ("args", "counts", "result"),
    [
        (("exit", "0"), (1, 0, 0), (0, 0, 0, "")),
        (("exit", "3"), (0, 1, 1), (10, 3, 0, "The container exited with an error.")),
        (("exit", "143"), (0, 1, 1), (10, 143, 0, "The container exited with an error.")),
        (("die",), (0, 1, 1), (10, 0, 9, "Container terminated on signal 9.")),
        (("second-try",), (1, 0, 1), (0, 0, 0, "")),
    ],
)
def test_ends(
    plane: ControlPlane, args: tuple[str, ...], counts: tuple[int, int, int], result: tuple[int, int, int, str]
) -> None:
    """Exit status or signal of the last attempt; one retry, as the job's spec allows."""
    execution = run(plane, *args)

    (task,) = plane.executions.runs[0].tasks
    last = task.last_attempt_result
    assert (execution.succeeded_count, execution.failed_count, execution.retried_count) == counts
    assert (last.status.code, last.exit_code, last.term_signal, last.status.message) == result


def test_failed_execution_names_the_task_and_the_reason(plane: ControlPlane) -> None:
    """The Completed condition and the operation's error say the same."""
    operation = start(plane, "exit", "1")
    plane.executions.settle()

    execution = plane.executions.runs[0].execution
    message = f"Task {execution.name.rpartition('/')[2]}-task0 failed with message: The container exited with an error."
    assert completed(execution).message == message
    assert completed(execution).execution_reason == ExecutionReason.NON_ZERO_EXIT_CODE
    assert call(plane, "GET", f"/v2/{operation['name']}")["error"] == {"code": 10, "message": message}


def test_tasks_have_an_index_each_and_one_failed_task_fails_the_execution(plane: ControlPlane) -> None:
    """The other tasks run to their end."""
    execution = run(plane, "odd-tasks-fail", taskCount=3)

    assert (execution.task_count, execution.succeeded_count, execution.failed_count) == (3, 2, 1)
    assert [task.index for task in plane.executions.runs[0].tasks] == [0, 1, 2]


@pytest.mark.parametrize(("todo", "end"), [("hang", ["ready", "terminated"]), ("deaf", ["ready"])])
def test_timeout_terminates_each_attempt_and_kills_what_does_not_end(
    still: ControlPlane, todo: str, end: list[str]
) -> None:
    """SIGTERM at the timeout, SIGKILL ten seconds later; the timeout holds for the retry anew."""
    start(still, todo)
    for attempt in (1, 2):
        still.timeline.wait(lambda: events(still).count("ready") == attempt)  # noqa: B023 - used at once
        still.timeline.advance(600)
        if todo == "deaf":
            still.timeline.advance(10)
    still.executions.settle()

    (task,) = still.executions.runs[0].tasks
    assert (task.last_attempt_result.status.code, task.retried) == (4, 1)
    assert completed(still.executions.runs[0].execution).message.endswith("The configured timeout was reached.")
    assert [event for event in events(still) if not event.startswith("Container")] == end * 2


def test_cancelled_execution(plane: ControlPlane) -> None:
    """SIGTERM, no retry, its own reason; the cancellation itself succeeds, and once only."""
    start(plane, "hang")
    wait_for_line(plane, "ready")
    run_name = plane.executions.runs[0].execution.name
    operation = call(plane, "POST", f"/v2/{run_name}:cancel", {})
    plane.executions.settle()

    execution = plane.executions.runs[0].execution
    assert (execution.cancelled_count, execution.failed_count, execution.retried_count) == (1, 0, 0)
    assert completed(execution).execution_reason == ExecutionReason.CANCELLED
    assert call(plane, "GET", f"/v2/{operation['name']}")["response"]["cancelledCount"] == 1
    assert call(plane, "POST", f"/v2/{run_name}:cancel", {})["error"]["status"] == "FAILED_PRECONDITION"
    job = call(plane, "GET", f"/v2/{PARENT}/jobs/manual")
    assert job["latestCreatedExecution"]["completionStatus"] == "EXECUTION_CANCELLED"


def test_overrides_change_one_execution_only(plane: ControlPlane) -> None:
    """Arguments are replaced, variables are merged; the job stays as it is."""
    override = {"env": [{"name": "ENVIRONMENT", "value": "other"}, {"name": "MORE", "value": "1"}]}
    run(plane, containerOverrides=[override], timeout="5s")

    template = plane.executions.runs[0].execution.template
    assert {entry.name: entry.value for entry in template.containers[0].env} == {"ENVIRONMENT": "other", "MORE": "1"}
    assert plane.executions.runs[0].execution.template.timeout.seconds == 5
    assert plane.world.jobs[f"{PARENT}/jobs/manual"].template.template.timeout.seconds == 600


def test_closing_ends_what_still_runs() -> None:
    """No process outlives the stand-in."""
    with make_plane() as plane:
        start(plane, "hang")
        wait_for_line(plane, "ready")

    assert plane.executions.runs[0].execution.cancelled_count == 1
