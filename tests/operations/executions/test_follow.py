"""Following an execution: until it has ended and its summaries have arrived, and no longer."""

from __future__ import annotations

import pytest

from operations.cloud.executions import State
from operations.cloud.logs import Logs
from operations.cloud.run_jobs import RunJobs
from operations.executions.follow import LATE_SECONDS, LONGEST_WAIT_SECONDS, Ended, StillRunning, follow
from operations.executions.tail import Tail
from tests.operations.executions.examples import ALERTS, JOB_PATH, describe_execution, describe_line, execution
from tests.support.scripted_google import ScriptedGoogle, open_session
from tests.support.scripted_transport import Answer
from tests.support.virtual_clock import VirtualClock

LOOK = f"GET run.googleapis.com{JOB_PATH}/executions/x"
TASKS = f"GET run.googleapis.com{JOB_PATH}/executions/x/tasks"
READ = "POST logging.googleapis.com/v2/entries:list"
RUNNING, SUCCEEDED = describe_execution(), describe_execution(state="CONDITION_SUCCEEDED")
FAILED = describe_execution(state="CONDITION_FAILED", failedCount=1)
SUMMARY = {"entries": [describe_line("s", {"event": "summary", "status": "done"})]}


@pytest.fixture
def google() -> ScriptedGoogle:
    """The only task has ended well."""
    google = ScriptedGoogle()
    google.on(TASKS, {"tasks": [{"lastAttemptResult": {}}]})
    google.on(READ, SUMMARY)
    return google


def run(google: ScriptedGoogle, clock: VirtualClock, *, seconds: float = 3600.0) -> Ended:
    session = open_session(google, clock)
    started = execution(State.RUNNING, "x")
    tail = Tail(Logs(session), ALERTS, started, lambda line: None, clock)
    return follow(RunJobs(session), tail, ALERTS, started, clock, deadline=clock.monotonic() + seconds)


def test_a_job_of_a_second_takes_a_second_to_follow(google: ScriptedGoogle) -> None:
    """One look, one list of tasks, one read of the log."""
    clock = VirtualClock()
    google.on(LOOK, SUCCEEDED)
    ended = run(google, clock)
    assert (0, True, 0.5) == (ended.verdict.exit_status, ended.complete, sum(clock.waits))
    assert len(google.sent) == 3


def test_a_long_job_is_looked_at_every_few_seconds(google: ScriptedGoogle) -> None:
    """Far below every quota."""
    clock = VirtualClock()
    google.on(LOOK, *[RUNNING] * 20, SUCCEEDED)
    run(google, clock)
    assert max(clock.waits) == LONGEST_WAIT_SECONDS
    reads = [request for request in google.sent if request.selector.endswith("entries:list")]
    assert len(reads) <= sum(clock.waits) / 3 + 1


def test_a_late_summary_is_waited_for(google: ScriptedGoogle) -> None:
    """Logs arrive seconds behind the execution's end."""
    google.on(LOOK, SUCCEEDED)
    google.on(READ, {}, {}, SUMMARY)
    ended = run(google, VirtualClock())
    assert (True, "done") == (ended.complete, ended.verdict.status)


def test_a_summary_that_never_arrives_is_not_waited_for_for_ever(google: ScriptedGoogle) -> None:
    """The exit status is the task's anyway."""
    clock = VirtualClock()
    google.on(LOOK, FAILED)
    google.on(TASKS, {"tasks": [{"lastAttemptResult": {"exitCode": 1}}]})
    google.on(READ, {})
    ended = run(google, clock)
    assert (1, False) == (ended.verdict.exit_status, ended.complete)
    assert sum(clock.waits) <= LATE_SECONDS + 1


@pytest.mark.parametrize("result", [{"termSignal": 9}, {"status": {"code": 4}}, {"status": {"code": 1}}])
def test_a_task_that_was_ended_from_outside_need_not_sum_up(google: ScriptedGoogle, result: dict[str, object]) -> None:
    """One read for what it has said until then."""
    clock = VirtualClock()
    google.on(LOOK, FAILED)
    google.on(TASKS, {"tasks": [{"lastAttemptResult": result}]})
    google.on(READ, {})
    assert run(google, clock).complete
    assert sum(clock.waits) < 1


def test_without_access_to_the_log_the_result_is_reported_all_the_same(google: ScriptedGoogle) -> None:
    """And that something is missing."""
    clock = VirtualClock()
    google.on(LOOK, SUCCEEDED)
    google.on(READ, Answer(403, {"error": {"message": "Permission 'logging.logEntries.list' denied"}}))
    ended = run(google, clock)
    assert (0, False) == (ended.verdict.exit_status, ended.complete)
    assert sum(clock.waits) < 1


def test_at_the_deadline_the_execution_is_left_alone(google: ScriptedGoogle) -> None:
    """To the second, with nothing sent but reads."""
    clock = VirtualClock()
    google.on(LOOK, RUNNING)
    with pytest.raises(StillRunning):
        run(google, clock, seconds=10.0)
    assert sum(clock.waits) == 10.0
    assert {"GET", "POST"} == {request.method for request in google.sent}
    assert not [path for path in google.paths() if path.endswith((":run", ":cancel"))]


def test_an_outage_while_following_is_bridged(google: ScriptedGoogle) -> None:
    """A hiccup of Google's does not end the command."""
    google.on(LOOK, RUNNING, Answer(503), Answer(500), SUCCEEDED)
    assert run(google, VirtualClock()).verdict.exit_status == 0
