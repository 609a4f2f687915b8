"""Cloud Run Admin v2: the methods on jobs, executions, tasks and operations."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from google.cloud import run_v2
from google.cloud.run_v2.services.executions.transports.rest_base import _BaseExecutionsRestTransport
from google.cloud.run_v2.services.jobs.transports.rest_base import _BaseJobsRestTransport
from google.cloud.run_v2.services.tasks.transports.rest_base import _BaseTasksRestTransport
from google.longrunning import operations_pb2

from sandbox.control_plane.messages import page
from sandbox.control_plane.methods import Method, Served, list_methods
from sandbox.control_plane.problems import ApiError
from sandbox.control_plane.run.executions import Executions
from sandbox.control_plane.run.operation import describe_operation
from sandbox.control_plane.run.overrides import apply_overrides

PAGE = {"default": 100, "limit": 1000}
# The longest that `wait` holds a request.
LONGEST_WAIT = timedelta(seconds=60)


class RunApi:
    """Checks the caller's permission first, then whether the resource exists, as Google does."""

    def __init__(self, executions: Executions) -> None:
        self._executions = executions
        self._platform = executions.platform

    def methods(self) -> Iterator[Method]:
        """What is served, and the rest of the API as unserved."""
        yield from list_methods(
            _BaseJobsRestTransport,
            {
                "ListJobs": (run_v2.ListJobsRequest, self._list_jobs),
                "GetJob": (run_v2.GetJobRequest, self._get_job),
                "RunJob": (run_v2.RunJobRequest, self._run_job),
                "GetOperation": (operations_pb2.GetOperationRequest, self._get_operation),
                "WaitOperation": (operations_pb2.WaitOperationRequest, self._wait_operation),
            },
        )
        yield from list_methods(
            _BaseExecutionsRestTransport,
            {
                "ListExecutions": (run_v2.ListExecutionsRequest, self._list_executions),
                "GetExecution": (run_v2.GetExecutionRequest, self._get_execution),
                "CancelExecution": (run_v2.CancelExecutionRequest, self._cancel_execution),
            },
        )
        served: dict[str, Served] = {
            "ListTasks": (run_v2.ListTasksRequest, self._list_tasks),
            "GetTask": (run_v2.GetTaskRequest, self._get_task),
        }
        yield from list_methods(_BaseTasksRestTransport, served)

    def _list_jobs(self, caller: str, request: run_v2.ListJobsRequest) -> run_v2.ListJobsResponse:
        self._platform.access.require(caller, "run.jobs.list", request.parent)
        jobs = [job for name, job in sorted(self._platform.world.jobs.items()) if name.startswith(f"{request.parent}/")]
        with self._platform.timeline.change():
            shown, token = page(jobs, request.page_size, request.page_token, **PAGE)
            return run_v2.ListJobsResponse(jobs=shown, next_page_token=token)

    def _get_job(self, caller: str, request: run_v2.GetJobRequest) -> run_v2.Job:
        self._platform.access.require(caller, "run.jobs.get", request.name)
        return run_v2.Job(self._find_job(request.name))

    def _run_job(self, caller: str, request: run_v2.RunJobRequest) -> operations_pb2.Operation:
        self._platform.access.require(caller, "run.jobs.run", request.name)
        if "overrides" in request:
            self._platform.access.require(caller, "run.jobs.runWithOverrides", request.name)
        job = self._find_job(request.name)
        if request.etag and request.etag != job.etag:
            raise ApiError("ABORTED", f"The etag of {request.name} is another: the job has changed.")
        if request.validate_only:
            raise ApiError("UNIMPLEMENTED", "The stand-in does not serve validate_only.")
        spec = apply_overrides(job, request.overrides)
        with self._platform.timeline.change():
            # The answer is that of the acceptance, however fast the execution ends.
            run = self._executions.start(job, spec, caller)
            return describe_operation(run, run.operation)

    def _get_operation(self, caller: str, request: operations_pb2.GetOperationRequest) -> operations_pb2.Operation:
        self._platform.access.require(caller, "run.operations.get", request.name)
        return describe_operation(self._executions.find(request.name), request.name)

    def _wait_operation(self, caller: str, request: operations_pb2.WaitOperationRequest) -> operations_pb2.Operation:
        self._platform.access.require(caller, "run.operations.get", request.name)
        run = self._executions.find(request.name)
        wait_length = request.timeout.ToTimedelta() if request.HasField("timeout") else LONGEST_WAIT
        self._platform.timeline.wait(lambda: run.done, self._platform.timeline.now() + min(wait_length, LONGEST_WAIT))
        return describe_operation(run, request.name)

    def _list_executions(self, caller: str, request: run_v2.ListExecutionsRequest) -> run_v2.ListExecutionsResponse:
        self._platform.access.require(caller, "run.executions.list", request.parent)
        if not request.parent.endswith("/-"):
            self._find_job(request.parent)
        with self._platform.timeline.change():
            found = [run.execution for run in self._executions.of_job(request.parent)]
            shown, token = page(found, request.page_size, request.page_token, **PAGE)
            return run_v2.ListExecutionsResponse(executions=shown, next_page_token=token)

    def _get_execution(self, caller: str, request: run_v2.GetExecutionRequest) -> run_v2.Execution:
        self._platform.access.require(caller, "run.executions.get", request.name)
        with self._platform.timeline.change():
            return run_v2.Execution(self._executions.find(request.name).execution)

    def _cancel_execution(self, caller: str, request: run_v2.CancelExecutionRequest) -> operations_pb2.Operation:
        self._platform.access.require(caller, "run.executions.cancel", request.name)
        run = self._executions.find(request.name)
        self._executions.cancel(run)
        return describe_operation(run, run.cancellation)

    def _list_tasks(self, caller: str, request: run_v2.ListTasksRequest) -> run_v2.ListTasksResponse:
        self._platform.access.require(caller, "run.tasks.list", request.parent)
        with self._platform.timeline.change():
            tasks = self._executions.find(request.parent).tasks
            shown, token = page(tasks, request.page_size, request.page_token, **PAGE)
            return run_v2.ListTasksResponse(tasks=shown, next_page_token=token)

    def _get_task(self, caller: str, request: run_v2.GetTaskRequest) -> run_v2.Task:
        self._platform.access.require(caller, "run.tasks.get", request.name)
        with self._platform.timeline.change():
            tasks = self._executions.find(request.name.rpartition("/tasks/")[0]).tasks
            for task in tasks:
                if task.name == request.name:
                    return run_v2.Task(task)
        raise ApiError("NOT_FOUND", f"Resource '{request.name}' was not found.")

    def _find_job(self, name: str) -> run_v2.Job:
        job = self._platform.world.jobs.get(name)
        if job is None:
            _, project, _, region, _, short = name.split("/")
            text = f"Resource '{short}' of kind 'JOB' in region '{region}' in project '{project}' does not exist."
            raise ApiError("NOT_FOUND", text)
        return job
