"""What has to hold after a release, looked at afresh."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from operations.cloud.executions import Execution, State
from operations.cloud.google_session import GoogleSession
from operations.cloud.platform_services import Services
from operations.cloud.secret_values import read_secret
from operations.diagnosis.finding import Finding, find, find_if_permitted, gather
from operations.release.job_runs import JobRun, JobRunner
from operations.release.steps import VERIFY, WAIT, list_jobs
from runtime.config.catalog import Catalog
from runtime.config.job import Job
from runtime.organizations.calls import count_organizations
from runtime.process.errors import JobError
from runtime.services.admin_api import AdminApi


@dataclass(frozen=True, slots=True)
class Verification:
    """The checks; of each job the last run counts, no matter who started it."""

    catalog: Catalog
    session: GoogleSession
    services: Services
    runner: JobRunner

    def check(self, status: JobRun) -> list[Finding]:
        """All findings; `status` is the report of the migrations after the last change."""
        checks: list[Callable[[], Sequence[Finding]]] = [lambda: [find("API", self._check_health)]]
        before: Job | None = None
        for job in list_jobs(self.catalog):
            if job.release_check == "migrations":
                checks.append(lambda: [find("migrations", lambda: self._check_migrations(status))])
                continue
            checks.append(partial(self._find_last_run, job, before))
            before = job
            if job.release_check == "platform":
                checks.append(partial(self._find_platform, job))
            elif job.release_check == "organizations":
                checks.append(lambda: [find_if_permitted("organizations", self._count_organizations)])
        return gather(checks)

    def _find_last_run(self, job: Job, before: Job | None) -> list[Finding]:
        return [find(job.name, lambda: self._check_last_run(job, before))]

    def _find_platform(self, job: Job) -> list[Finding]:
        return [find_if_permitted("platform", lambda: self._check_platform(job))]

    def _check_health(self) -> str:
        self.services.require_health()
        return f"{self.services.api_url} is healthy and ready"

    def _check_migrations(self, status: JobRun) -> str:
        counts = status.counts
        if pending := counts.get("pending", 0):
            raise JobError(f"{pending} pending", f"{self._release} --from {status.job.name}")
        if status.status not in ("done", "drifted"):
            remedy = str(status.detail("remedy") or f"{self._release} --from {VERIFY}")
            raise JobError(f"{status.job.name} --status: {status.status}", remedy)
        drifted = counts.get("drifted", 0)
        edited = f"; {drifted} edited after it was applied, see the runbook" if drifted else ""
        return f"none pending, {counts.get('applied', 0)} applied{edited}"

    def _check_platform(self, job: Job) -> str:
        """`job` makes what is missing."""
        status = self._open_admin_api().bootstrap_status()
        surplus = status.require_whole(f"{self._release} --from {job.name}")
        return f"{status.state}, {status.tables} tables{f', extra columns: {surplus}' if surplus else ''}"

    def _count_organizations(self) -> str:
        count = count_organizations(self._open_admin_api())
        return f"{count} active" if count else "none is active: right for a new platform only"

    def _check_last_run(self, job: Job, before: Job | None) -> str:
        execution = self._require_success(job)
        if before is not None and execution.created < self._require_success(before).created:
            raise JobError(
                f"the last {job.name}, {execution.name}, is older than the last {before.name}",
                f"{self._release} --from {job.name}",
            )
        return f"{execution.name} succeeded at {execution.created:%Y-%m-%d %H:%M} UTC"

    def _require_success(self, job: Job) -> Execution:
        execution = self.runner.find_last(job)
        if execution is None:
            raise JobError(f"{job.name} has never run", f"{self._release} --from {job.name}")
        if execution.state is State.RUNNING:
            problem = f"{job.name}'s last run, {execution.name}, is still running"
            raise JobError(problem, f"{WAIT} {self._release} --from {VERIFY}")
        if execution.state is not State.SUCCEEDED:
            problem = f"{job.name}'s last run, {execution.name}, {execution.state.value}"
            raise JobError(problem, f"{self._release} --from {job.name}")
        return execution

    def _open_admin_api(self) -> AdminApi:
        return self.services.open_admin_api(read_secret(self.session, self.catalog, "CA_ROOT_API_KEY"))

    @property
    def _release(self) -> str:
        return f"bin/release {self.services.environment.name}"
