"""Query jobs: started, polled, finished or cancelled."""

from __future__ import annotations

import time
import uuid
from dataclasses import dataclass, field

from sandbox.bigquery.errors import ApiError, already_exists, not_found
from sandbox.bigquery.execution import Result, execute_statement
from sandbox.bigquery.protocol import JobReference, QueryConfiguration
from sandbox.bigquery.statement import Statement
from sandbox.bigquery.warehouse import Warehouse


def _now() -> int:
    return int(time.time() * 1000)


@dataclass(slots=True)
class QueryJob:
    """One job. It runs when `polls_left` has come down to 0; times are in milliseconds since 1970."""

    reference: JobReference
    configuration: QueryConfiguration
    statement: Statement
    polls_left: int
    result: Result | None = None
    error: ApiError | None = None
    created: int = field(default_factory=_now)
    ended: int = 0

    @property
    def done(self) -> bool:
        """Whether it has a result or an error."""
        return self.result is not None or self.error is not None


class JobStore:
    """All jobs. A new one takes `polls_until_done` further looks at it before it is run; 0 runs it at once."""

    def __init__(self, warehouse: Warehouse) -> None:
        self.polls_until_done = 0
        self._warehouse = warehouse
        self._jobs: dict[tuple[str, str], QueryJob] = {}
        self._requests: dict[tuple[str, str], QueryJob] = {}

    @property
    def all(self) -> list[QueryJob]:
        """Every job, oldest first."""
        return list(self._jobs.values())

    def start(self, reference: JobReference, configuration: QueryConfiguration, statement: Statement) -> QueryJob:
        """Raises ApiError if the id is taken."""
        key = (reference.project_id, reference.job_id)
        if key in self._jobs:
            raise already_exists(f"Job {reference.project_id}:{reference.location}.{reference.job_id}")
        job = QueryJob(reference, configuration, statement, self.polls_until_done)
        self._jobs[key] = job
        self._run_if_due(job)
        return job

    def find_request(self, project: str, request_id: str) -> QueryJob | None:
        """The job that an earlier request with this id has started: BigQuery runs it once, however often it is sent."""
        return self._requests.get((project, request_id)) if request_id else None

    def note_request(self, project: str, request_id: str, job: QueryJob) -> None:
        """Remembers which job a request has started."""
        self._requests[(project, request_id)] = job

    def find(self, project: str, job_id: str) -> QueryJob:
        """Raises ApiError if there is none."""
        job = self._jobs.get((project, job_id))
        if job is None:
            raise not_found(f"Job {project}:{job_id}")
        return job

    def poll(self, project: str, job_id: str) -> QueryJob:
        """The same, one look nearer to its end."""
        job = self.find(project, job_id)
        if not job.done:
            job.polls_left -= 1
            self._run_if_due(job)
        return job

    def cancel(self, project: str, job_id: str) -> QueryJob:
        """Stops a job that has not run yet; one that has stays as it is."""
        job = self.find(project, job_id)
        if not job.done:
            job.error = ApiError(400, "stopped", "Job execution was cancelled: User requested cancellation")
            job.ended = _now()
        return job

    def _run_if_due(self, job: QueryJob) -> None:
        if job.polls_left > 0:
            return
        try:
            job.result = execute_statement(job.statement, self._warehouse)
        except ApiError as error:
            job.error = error
        job.ended = _now()


def new_reference(project: str) -> JobReference:
    """A job id as BigQuery makes one up."""
    return JobReference.model_validate({"projectId": project, "jobId": f"job_{uuid.uuid4().hex}"})
