"""google-cloud-run: jobs, executions, tasks and operations in every state that the commands tell apart."""

from __future__ import annotations

from typing import Any

import pytest
from google.api_core import exceptions
from google.auth.exceptions import RefreshError
from google.cloud import run_v2
from google.longrunning import operations_pb2

from sandbox.control_plane import ControlPlane
from sandbox.control_plane.example import IMAGE, OPERATOR, PARENT, SECRET, account
from sandbox.faults import Fault, Kind
from tests.conformance.conftest import Clients

JOB = f"{PARENT}/jobs/manual"
State = run_v2.Condition.State
Completion = run_v2.ExecutionReference.CompletionStatus


def _start(operator: Clients, *args: str, job: str = JOB, **overrides: Any) -> run_v2.Execution:
    """Starts the job; the execution as the operation's metadata has it."""
    request: dict[str, Any] = {"name": job}
    if args or overrides:
        request["overrides"] = {"container_overrides": [{"args": args}] if args else [], **overrides}
    operation: Any = operator.jobs.run_job(request=request)
    assert not operation.operation.done
    metadata: run_v2.Execution = operation.metadata
    return metadata


def _completed(execution: run_v2.Execution | run_v2.Task) -> run_v2.Condition:
    return next(condition for condition in execution.conditions if condition.type_ == "Completed")


def test_jobs_with_their_specs(operator: Clients) -> None:
    """Two pages of one list; image, arguments, environment and secrets, timeout, account and readiness."""
    pages = operator.jobs.list_jobs(request={"parent": PARENT, "page_size": 2})
    names = [job.name.rpartition("/")[2] for job in pages]
    job = operator.jobs.get_job(name=f"{PARENT}/jobs/daily")
    task = job.template.template
    (container,) = task.containers

    assert names == ["daily", "manual", "other"]
    assert (container.image, list(container.args)) == (IMAGE, ["environment"])
    assert [(entry.name, entry.value_source.secret_key_ref.secret) for entry in container.env] == [
        ("ENVIRONMENT", ""),
        ("CA_ROOT_API_KEY", SECRET),
    ]
    assert (task.timeout.total_seconds(), task.max_retries, task.service_account) == (600, 1, account("daily"))  # type: ignore[attr-defined]
    assert job.terminal_condition.state == State.CONDITION_SUCCEEDED


def test_execution_that_succeeds(plane: ControlPlane, operator: Clients) -> None:
    """Started, waited for through its operation, found in the lists, with its task's result."""
    started = _start(operator, "exit", "0")
    assert (_completed(started).state, "completion_time" in started) == (State.CONDITION_RECONCILING, False)
    plane.executions.settle()

    execution = operator.executions.get_execution(name=started.name)
    (task,) = operator.tasks.list_tasks(parent=started.name)
    assert [listed.name for listed in operator.executions.list_executions(parent=JOB)] == [started.name]
    assert (execution.succeeded_count, _completed(execution).state) == (1, State.CONDITION_SUCCEEDED)
    assert (execution.creator, execution.job, task.execution) == (OPERATOR, "manual", started.name.rpartition("/")[2])
    assert execution.completion_time >= execution.start_time >= execution.create_time  # type: ignore[operator]
    assert operator.tasks.get_task(name=task.name).last_attempt_result.status.code == 0
    latest = operator.jobs.get_job(name=JOB).latest_created_execution
    assert (latest.name, latest.completion_status) == (task.execution, Completion.EXECUTION_SUCCEEDED)


def test_execution_that_fails(plane: ControlPlane, operator: Clients) -> None:
    """The reason, the exit status of the last attempt, and that there was a retry."""
    started = _start(operator, "exit", "75")
    plane.executions.settle()

    execution = operator.executions.get_execution(name=started.name)
    (task,) = operator.tasks.list_tasks(parent=started.name)
    assert (execution.failed_count, execution.retried_count, task.retried) == (1, 1, 1)
    assert _completed(execution).execution_reason == run_v2.Condition.ExecutionReason.NON_ZERO_EXIT_CODE
    assert task.last_attempt_result.exit_code == 75
    assert task.last_attempt_result.status.message == "The container exited with an error."


def test_execution_that_never_starts(plane: ControlPlane, operator: Clients) -> None:
    """No start time and no task; the condition has the platform's reason."""
    plane.world.bindings = {binding for binding in plane.world.bindings if "secretAccessor" not in binding.role}
    started = _start(operator, job=f"{PARENT}/jobs/daily")
    plane.executions.settle()

    execution = operator.executions.get_execution(name=started.name)
    assert ("start_time" in execution, list(operator.tasks.list_tasks(parent=started.name))) == (False, [])
    assert _completed(execution).reason == run_v2.Condition.CommonReason.SECRETS_ACCESS_CHECK_FAILED
    assert SECRET in _completed(execution).message


def test_execution_that_is_cancelled(plane: ControlPlane, operator: Clients) -> None:
    """Seen running, cancelled, seen cancelled; a second cancellation is refused."""
    started = _start(operator, "hang")
    plane.timeline.wait(lambda: len(plane.logs.entries) > 0)
    running = operator.executions.get_execution(name=started.name)
    cancellation = operator.executions.cancel_execution(name=started.name)
    plane.executions.settle()

    finished = operator.executions.get_operation({"name": cancellation.operation.name})
    execution = operator.executions.get_execution(name=started.name)
    assert (running.running_count, execution.running_count, execution.cancelled_count) == (1, 0, 1)
    assert (finished.done, finished.WhichOneof("result")) == (True, "response")
    assert _completed(execution).execution_reason == run_v2.Condition.ExecutionReason.CANCELLED
    with pytest.raises(exceptions.BadRequest, match="already completed"):
        operator.executions.cancel_execution(name=started.name)


def test_operation_from_start_to_end(plane: ControlPlane, operator: Clients) -> None:
    """`wait` returns the finished execution as the client's own type; a failed one is the operation's error."""
    good: Any = operator.jobs.run_job(
        request={"name": JOB, "overrides": {"container_overrides": [{"args": ["exit", "0"]}]}}
    )
    bad: Any = operator.jobs.run_job(
        request={"name": JOB, "overrides": {"container_overrides": [{"args": ["exit", "1"]}]}}
    )
    done = [
        operator.jobs.wait_operation(operations_pb2.WaitOperationRequest(name=operation.operation.name))
        for operation in (good, bad)
    ]

    assert [operation.WhichOneof("result") for operation in done] == ["response", "error"]
    assert good.result().succeeded_count == 1
    with pytest.raises(exceptions.GoogleAPICallError, match="exited with an error"):
        bad.result()


def test_overrides_of_tasks_environment_and_timeout(plane: ControlPlane, operator: Clients) -> None:
    """Each task knows its index; the override holds for this execution only."""
    variables = [{"name": "EXTRA", "value": "1"}]
    request = {
        "name": JOB,
        "overrides": {"task_count": 2, "timeout": {"seconds": 30}, "container_overrides": [{"env": variables}]},
    }
    started = operator.jobs.run_job(request=request).metadata
    plane.executions.settle()

    execution = operator.executions.get_execution(name=started.name)
    tasks = list(operator.tasks.list_tasks(parent=started.name))
    assert (execution.task_count, [task.index for task in tasks]) == (2, [0, 1])
    assert {task.timeout.total_seconds() for task in tasks} == {30}  # type: ignore[attr-defined]
    assert "EXTRA" in {entry.name for entry in execution.template.containers[0].env}
    assert operator.jobs.get_job(name=JOB).template.task_count == 1


def test_errors_as_the_clients_exceptions(plane: ControlPlane, operator: Clients, stranger: Clients) -> None:
    """Missing, forbidden, not signed in, out of order: each its own exception."""
    with pytest.raises(exceptions.NotFound, match="of kind 'JOB' in region 'us-central1'"):
        operator.jobs.get_job(name=f"{PARENT}/jobs/none")
    with pytest.raises(exceptions.Forbidden, match=r"'run\.jobs\.run' denied on resource"):
        stranger.jobs.run_job(name=JOB)
    plane.identities.revoke_tokens()
    with pytest.raises(RefreshError):  # what google-auth makes of a 401: it tries to refresh the token
        operator.jobs.get_job(name=JOB)


def test_passing_trouble_is_the_clients_to_retry(plane: ControlPlane, operator: Clients) -> None:
    """A 503 is ServiceUnavailable; the start was not taken, or was taken and its answer lost, as the fault says."""
    plane.server.faults.add(Fault(Kind.RESPOND, method="POST", path=f"/v2/{JOB}:run", status=503))
    with pytest.raises(exceptions.ServiceUnavailable):
        operator.jobs.run_job(name=JOB)
    assert list(operator.executions.list_executions(parent=JOB)) == []

    plane.server.faults.add(Fault(Kind.RESPOND, method="POST", path=f"/v2/{JOB}:run", status=503, handled=True))
    with pytest.raises(exceptions.ServiceUnavailable):
        operator.jobs.run_job(name=JOB)
    assert len(list(operator.executions.list_executions(parent=JOB))) == 1


def test_executions_of_all_jobs_newest_first(plane: ControlPlane, operator: Clients) -> None:
    """`-` stands for every job, page by page."""
    for name in ("manual", "other", "daily"):
        _start(operator, "exit", "0", job=f"{PARENT}/jobs/{name}")
    plane.executions.settle()
    listed = operator.executions.list_executions(request={"parent": f"{PARENT}/jobs/-", "page_size": 2})

    assert [execution.job for execution in listed] == ["daily", "other", "manual"]
