"""Cloud Run Admin v2: an environment's jobs and what they ran."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from operations.cloud.answers import last_part, read_seconds, require_moment
from operations.cloud.executions import Execution, Task, read_execution, read_task
from operations.cloud.google_session import GoogleSession
from operations.cloud.refusals import NotFound, RequestRefused
from runtime.config.job import Job
from runtime.net.retry_policy import unsent
from runtime.process.errors import JobError, UnexpectedAnswer

PAGE_SIZE = 100


class HasEnded(JobError):
    """There is nothing left of the execution to be cancelled."""


@dataclass(frozen=True, slots=True)
class DeployedJob:
    """A job as it is in the project."""

    name: str
    created: datetime
    image: str
    timeout_seconds: float
    tasks: int


@dataclass(frozen=True, slots=True)
class RunJobs:
    """The jobs of one environment; what a call raises is GoogleSession's."""

    session: GoogleSession

    def path_of(self, job: Job) -> str:
        """A job's full name."""
        return f"{self.session.location}/jobs/{self.session.environment.job_name(job)}"

    def list_jobs(self) -> list[DeployedJob]:
        """Every job of the location, other environments' included."""
        return [
            _read_job(values) for values in self.session.ask_pages("RUN", f"/v2/{self.session.location}/jobs", "jobs")
        ]

    def start(self, job: Job, arguments: tuple[str, ...] = (), tasks: int | None = None) -> Execution:
        """Starts an execution, with overrides only if there is something to override: they need a wider role.

        Sent once: after NoConnection with `maybe_processed`, or ServerError, an execution may have started.
        """
        overrides: dict[str, Any] = {}
        if arguments:
            overrides["containerOverrides"] = [{"args": [job.name, *arguments]}]
        if tasks is not None:
            overrides["taskCount"] = tasks
        body = {"overrides": overrides} if overrides else {}
        operation = self.session.ask("RUN", "POST", f"/v2/{self.path_of(job)}:run", body, policy=unsent)
        metadata = operation.get("metadata", {})
        if "name" not in metadata:
            raise UnexpectedAnswer(
                "Cloud Run accepted the start without naming the execution", "bin/list-jobs shows it"
            )
        return read_execution(metadata)

    def list_executions(self, job: Job, most: int = 20) -> list[Execution]:
        """A job's latest executions, newest first."""
        answer = self.session.ask("RUN", "GET", f"/v2/{self.path_of(job)}/executions?pageSize={most}")
        found = [read_execution(values) for values in answer.get("executions", [])]
        return sorted(found, key=lambda execution: execution.created, reverse=True)

    def list_since(self, job: Job, moment: datetime) -> list[Execution]:
        """All executions that began after the moment, newest first; Cloud Run keeps the last 1,000."""
        path = f"/v2/{self.path_of(job)}/executions?pageSize={PAGE_SIZE}"
        found: list[Execution] = []
        for values in self.session.ask_page_by_page("RUN", path, "executions"):
            found += [read_execution(value) for value in values]
            if found and min(execution.created for execution in found) < moment:
                break
        recent = [execution for execution in found if execution.created >= moment]
        return sorted(recent, key=lambda execution: execution.created, reverse=True)

    def find_execution(self, job: Job, name: str) -> Execution:
        """One execution by its short name."""
        return read_execution(self._ask_about(job, name, "GET"))

    def list_tasks(self, execution: Execution) -> list[Task]:
        """All tasks of an execution."""
        values = self.session.ask_pages("RUN", f"/v2/{execution.path}/tasks?pageSize=1000", "tasks")
        return sorted((read_task(task) for task in values), key=lambda task: task.index)

    def cancel(self, job: Job, name: str) -> None:
        """Has an execution's tasks stopped, or raises HasEnded."""
        try:
            self._ask_about(job, name, "POST", ":cancel", {})
        except RequestRefused as error:
            if error.code != "FAILED_PRECONDITION":
                raise
            look = f"its result: bin/run-job {self.session.environment.name} {job.name} --follow {name}"
            raise HasEnded(f"{name} has ended already", look) from error

    def _ask_about(self, job: Job, name: str, method: str, verb: str = "", body: object = None) -> dict[str, Any]:
        try:
            return self.session.ask("RUN", method, f"/v2/{self.path_of(job)}/executions/{name}{verb}", body)
        except NotFound as error:
            listing = f"bin/list-jobs {self.session.environment.name} {job.name} shows those that there are"
            raise NotFound(f"{job.name} has no execution {name}", listing) from error


def _read_job(values: Mapping[str, Any]) -> DeployedJob:
    template = values.get("template", {})
    task = template.get("template", {})
    return DeployedJob(
        name=last_part(values["name"]),
        created=require_moment(values, "createTime"),
        image=task.get("containers", [{}])[0].get("image", ""),
        timeout_seconds=read_seconds(task.get("timeout", "")),
        tasks=template.get("taskCount", 1),
    )
