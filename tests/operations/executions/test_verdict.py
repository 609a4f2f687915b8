"""The exit status table, row by row, and which of several tasks counts."""

from __future__ import annotations

import pytest

from operations.cloud.executions import CANCELLED, DEADLINE_EXCEEDED, State, Task
from operations.cloud.logs import LogLine
from operations.executions.verdict import EXIT_STATUSES, Verdict, judge
from tests.operations.executions.examples import execution, summary, task


@pytest.mark.parametrize(
    ("state", "ended", "output", "expected"),
    [
        (State.SUCCEEDED, task(), summary("done"), Verdict("done", 0, "")),
        (State.SUCCEEDED, task(), None, Verdict("done", 0, "")),
        (State.SUCCEEDED, task(), summary("skipped", reason="twice"), Verdict("skipped", 0, "twice")),
        (State.SUCCEEDED, task(), summary("pending", reason="2 files"), Verdict("pending", 3, "2 files")),
        (State.SUCCEEDED, task(), summary("drifted", reason="1 file"), Verdict("drifted", 3, "1 file")),
        (State.FAILED, task(1), summary("failed", error="half", exit_status=1), Verdict("failed", 1, "half")),
        (State.FAILED, task(1, message="exited"), None, Verdict("failed", 1, "exited")),
        (State.FAILED, task(75), None, Verdict("incomplete", 75, "")),
        # The process crashed after its last word.
        (State.FAILED, task(1, message="exited"), summary("done", exit_status=0), Verdict("failed", 1, "exited")),
        (State.FAILED, task(143, code=DEADLINE_EXCEEDED, message="m"), None, Verdict("timed out", 124, "m")),
        (
            State.FAILED,
            task(0, signal=9, message="The configured timeout was reached."),
            None,
            Verdict("timed out", 124, "The configured timeout was reached."),
        ),
        (State.FAILED, task(0, signal=9, message="m"), None, Verdict("killed", 137, "killed by signal 9: m")),
        (State.CANCELLED, task(143, code=CANCELLED), None, Verdict("cancelled", 143, "the execution was cancelled")),
    ],
)
def test_one_task(state: State, ended: Task, output: LogLine | None, expected: Verdict) -> None:
    """The job's own exit status and word, unless the platform has ended it."""
    assert expected == judge(execution(state), [ended], {} if output is None else {0: output})


def test_an_execution_without_any_container_never_started() -> None:
    """126, with Cloud Run's own reason."""
    failed = execution(State.FAILED, message="Image 'x' not found.")
    assert Verdict("not started", 126, "Image 'x' not found.") == judge(failed, [], {})
    assert Verdict("not started", 126, "Image 'x' not found.") == judge(failed, [task(tried=False)], {})


def test_a_failed_execution_whose_tasks_seem_well_has_failed() -> None:
    """The platform knows better."""
    failed = execution(State.FAILED, message="Internal error.")
    assert Verdict("failed", 1, "Internal error.") == judge(failed, [task()], {})


@pytest.mark.parametrize(
    ("codes", "worst"),
    [((0, 0), 0), ((0, 75), 75), ((75, 2), 2), ((2, 1), 1), ((1, 137), 137), ((137, 139), 139), ((75, 1, 2, 0), 1)],
)
def test_of_several_tasks_the_worst_counts(codes: tuple[int, ...], worst: int) -> None:
    """75 invites to run it again: only if nothing worse has happened."""
    tasks = [task(code, index=index) for index, code in enumerate(codes)]
    state = State.FAILED if worst else State.SUCCEEDED
    assert worst == judge(execution(state), tasks, {}).exit_status


def test_a_task_that_reports_outweighs_one_that_is_done() -> None:
    """Each task has its own summary."""
    tasks, output = [task(), task(index=1)], {0: summary("done"), 1: summary("pending", task=1)}
    assert judge(execution(), tasks, output).exit_status == 3


@pytest.mark.parametrize("status", ["0 ", "1 ", "2 ", "3 ", "75 ", "124 ", "126 ", "128+N ", "130 ", "143 "])
def test_the_help_names_every_status(status: str) -> None:
    """Each at the start of a line."""
    assert f"\n  {status}" in EXIT_STATUSES
