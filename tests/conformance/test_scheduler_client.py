"""google-cloud-scheduler: listing, pausing with a reason, resuming, firing."""

from __future__ import annotations

import pytest
from google.api_core import exceptions
from google.cloud import scheduler_v1
from google.protobuf.field_mask_pb2 import FieldMask

from sandbox.control_plane import ControlPlane
from sandbox.control_plane.example import PARENT, account
from tests.conformance.conftest import Clients

TRIGGER = f"{PARENT}/jobs/daily-trigger"
State = scheduler_v1.Job.State


def test_triggers_with_their_target(operator: Clients) -> None:
    """Schedule, zone, next time, target and account."""
    (trigger,) = operator.triggers.list_jobs(parent=PARENT)

    assert (trigger.name, trigger.schedule, trigger.time_zone, trigger.state) == (
        TRIGGER,
        "0 0 * * *",
        "Etc/UTC",
        State.ENABLED,
    )
    assert trigger.http_target.http_method == scheduler_v1.HttpMethod.POST
    assert trigger.http_target.oauth_token.service_account_email == account("triggers")
    assert "schedule_time" in trigger


def test_pause_and_resume(operator: Clients) -> None:
    """Neither can be repeated; a paused trigger has no next time."""
    paused = operator.triggers.pause_job(name=TRIGGER)
    assert (paused.state, "schedule_time" in paused) == (State.PAUSED, False)
    assert operator.triggers.get_job(name=TRIGGER).state == State.PAUSED

    with pytest.raises(exceptions.BadRequest, match="must be ENABLED for PauseJob"):
        operator.triggers.pause_job(name=TRIGGER)

    resumed = operator.triggers.resume_job(name=TRIGGER)
    assert (resumed.state, "schedule_time" in resumed) == (State.ENABLED, True)
    with pytest.raises(exceptions.BadRequest, match="must be PAUSED for ResumeJob"):
        operator.triggers.resume_job(name=TRIGGER)


def test_reason_is_kept_in_the_description(operator: Clients) -> None:
    """Only the field that the mask names is changed."""
    change = scheduler_v1.Job(name=TRIGGER, description="paused by A: migration")
    operator.triggers.update_job(job=change, update_mask=FieldMask(paths=["description"]))

    trigger = operator.triggers.get_job(name=TRIGGER)
    assert (trigger.description, trigger.schedule) == ("paused by A: migration", "0 0 * * *")


def test_firing_by_hand_starts_the_job(plane: ControlPlane, operator: Clients) -> None:
    """The trigger's account starts it, and the attempt shows."""
    fired = operator.triggers.run_job(name=TRIGGER)
    plane.executions.settle()

    (execution,) = operator.executions.list_executions(parent=f"{PARENT}/jobs/daily")
    assert (execution.creator, fired.status.code, "last_attempt_time" in fired) == (account("triggers"), 0, True)


def test_failed_attempt_shows_in_the_trigger(plane: ControlPlane, operator: Clients) -> None:
    """Without the grant the status has the canonical code of the refusal."""
    plane.world.bindings = {binding for binding in plane.world.bindings if binding.role != "roles/run.invoker"}
    operator.triggers.run_job(name=TRIGGER)

    assert operator.triggers.get_job(name=TRIGGER).status.code == 7


def test_errors_as_the_clients_exceptions(operator: Clients, stranger: Clients) -> None:
    """Missing and forbidden."""
    with pytest.raises(exceptions.NotFound):
        operator.triggers.get_job(name=f"{PARENT}/jobs/none")
    with pytest.raises(exceptions.Forbidden, match=r"cloudscheduler\.jobs\.pause"):
        stranger.triggers.pause_job(name=TRIGGER)
    with pytest.raises(exceptions.MethodNotImplemented):
        operator.triggers.delete_job(name=TRIGGER)
