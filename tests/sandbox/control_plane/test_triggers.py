"""When triggers fire and what comes of it, on a clock that the test moves."""

from __future__ import annotations

from datetime import timedelta

import pytest
from google.cloud import run_v2, scheduler_v1
from google.protobuf.duration_pb2 import Duration

from sandbox.control_plane import ControlPlane
from sandbox.control_plane.example import PARENT, START, account, call
from sandbox.faults import Fault, Kind
from tests.sandbox.control_plane.steps import read_logs

TRIGGER = f"{PARENT}/jobs/daily-trigger"
RUN_PATH = f"/v2/{PARENT}/jobs/daily:run"
MIDNIGHT = START.replace(month=3, day=1, hour=0, minute=0)


def _creations(plane: ControlPlane) -> list[str]:
    return [str(run.execution.create_time) for run in plane.executions.runs]


def test_fires_at_each_tick_on_the_way(still: ControlPlane) -> None:
    """Across the end of February: three days, three executions by the triggers' account, at midnight each."""
    still.advance_to(START + timedelta(days=3))

    assert [run.execution.create_time for run in still.executions.runs] == [
        MIDNIGHT + timedelta(days=day) for day in range(3)
    ]
    assert {run.execution.creator for run in still.executions.runs} == {account("triggers")}
    assert still.timeline.now() == START + timedelta(days=3)


def test_paused_trigger_does_not_fire_until_resumed(still: ControlPlane) -> None:
    """Missed ticks are not made up for."""
    assert call(still, "POST", f"/v1/{TRIGGER}:pause", {})["state"] == "PAUSED"
    still.advance_to(MIDNIGHT + timedelta(hours=1))
    assert still.executions.runs == []

    resumed = call(still, "POST", f"/v1/{TRIGGER}:resume", {})
    assert (resumed["state"], resumed["scheduleTime"]) == ("ENABLED", "2026-03-02T00:00:00Z")
    still.advance_to(MIDNIGHT + timedelta(days=1))
    assert len(still.executions.runs) == 1


def test_account_that_may_not_run_the_job(still: ControlPlane) -> None:
    """Nothing runs; the attempts and the retry are recorded with the reason, also in the log for alerts."""
    still.world.bindings = {binding for binding in still.world.bindings if binding.role != "roles/run.invoker"}
    still.advance_to(MIDNIGHT + timedelta(minutes=5))

    trigger = call(still, "GET", f"/v1/{TRIGGER}")
    assert still.executions.runs == []
    assert "Permission 'run.jobs.run' denied" in trigger["status"]["message"]
    assert [(attempt.when - MIDNIGHT, attempt.number, attempt.code) for attempt in still.triggers.attempts] == [
        (timedelta(0), 0, 7),
        (timedelta(seconds=30), 1, 7),
    ]
    found = read_logs(still, 'resource.type="cloud_scheduler_job" severity>=ERROR')
    assert len(found["entries"]) == 2


@pytest.mark.parametrize(
    "change",
    [
        lambda trigger: trigger.http_target.__delattr__("oauth_token"),
        lambda trigger: setattr(trigger.http_target.oauth_token, "service_account_email", "gone@example.com"),
        lambda trigger: setattr(trigger.http_target, "uri", "https://run.example.com/"),
        lambda trigger: setattr(trigger.http_target, "http_method", scheduler_v1.HttpMethod.GET),
    ],
)
def test_trigger_that_is_set_up_wrongly_starts_nothing(still: ControlPlane, change: object) -> None:
    """No token, an account that does not exist, another host, another method."""
    assert callable(change)
    change(still.world.triggers[TRIGGER])
    still.advance_to(MIDNIGHT)

    assert still.executions.runs == []
    assert still.triggers.attempts[0].code != 0


def test_refused_start_is_retried(still: ControlPlane) -> None:
    """One 503 of Cloud Run costs half a minute, not a day."""
    still.server.faults.add(Fault(Kind.RESPOND, method="POST", path=RUN_PATH, status=503))
    still.advance_to(MIDNIGHT + timedelta(hours=1))

    assert _creations(still) == [str(MIDNIGHT + timedelta(seconds=30))]


def test_lost_answer_starts_the_job_twice(still: ControlPlane) -> None:
    """The start was taken, its answer was lost: the retry is a second execution."""
    still.server.faults.add(Fault(Kind.RESET, method="POST", path=RUN_PATH, handled=True))
    still.advance_to(MIDNIGHT + timedelta(hours=1))

    assert _creations(still) == [str(MIDNIGHT), str(MIDNIGHT + timedelta(seconds=30))]


def test_at_least_once_may_be_twice(still: ControlPlane) -> None:
    """A successful delivery may be repeated; the scheduler itself records one."""
    still.triggers.deliver_twice = True
    still.advance_to(MIDNIGHT)

    assert (len(still.executions.runs), len(still.triggers.attempts)) == (2, 1)


def test_forced_run_leaves_the_schedule_alone(still: ControlPlane) -> None:
    """`:run` dispatches at once, also a paused trigger."""
    call(still, "POST", f"/v1/{TRIGGER}:pause", {})
    answer = call(still, "POST", f"/v1/{TRIGGER}:run", {})
    still.executions.settle()

    assert (answer["state"], answer["lastAttemptTime"]) == ("PAUSED", "2026-02-28T23:30:00Z")
    assert _creations(still) == [str(START)]


def test_runs_overlap_when_time_does_not_wait_for_them(still: ControlPlane) -> None:
    """Without `settle` the next firing finds the last one's execution unfinished."""
    still.world.jobs[f"{PARENT}/jobs/daily"].template.template.containers[0].args = ["hang"]
    still.world.jobs[f"{PARENT}/jobs/daily"].template.template.timeout = Duration(seconds=604800)
    still.advance_to(MIDNIGHT + timedelta(days=1), settle=False)

    assert [run.done for run in still.executions.runs] == [False, False]


def test_update_changes_what_the_mask_names(still: ControlPlane) -> None:
    """A description is kept and shown; without a mask, and for a field that Terraform owns, it is refused."""
    path = f"/v1/{TRIGGER}"
    updated = call(
        still, "PATCH", f"{path}?updateMask=description", {"description": "paused: migration", "schedule": "x"}
    )

    assert (updated["description"], updated["schedule"]) == ("paused: migration", "0 0 * * *")
    assert call(still, "PATCH", path, {"description": "x"})["error"]["status"] == "INVALID_ARGUMENT"
    refused = call(still, "PATCH", f"{path}?updateMask=httpTarget", {"httpTarget": {}})
    assert refused["error"]["status"] == "INVALID_ARGUMENT"


def test_completion_shows_in_the_job(still: ControlPlane) -> None:
    """The job refers to its latest execution and says how it ended."""
    still.advance_to(MIDNIGHT)
    job = still.world.jobs[f"{PARENT}/jobs/daily"]

    assert job.execution_count == 1
    succeeded = run_v2.ExecutionReference.CompletionStatus.EXECUTION_SUCCEEDED
    assert job.latest_created_execution.completion_status == succeeded
