"""What has to hold after a release, looked at afresh."""

from __future__ import annotations

from dataclasses import dataclass

from operations.cloud.executions import Execution, State
from operations.cloud.google_session import GoogleSession
from operations.cloud.platform_services import Services
from operations.cloud.secret_values import read_secret
from operations.diagnosis.finding import Finding, find, find_if_permitted, gather
from operations.release.job_runs import JobRun, JobRunner
from operations.release.steps import VERIFY, WAIT
from runtime.config.catalog import Catalog
from runtime.organizations.calls import count_organizations
from runtime.process.errors import JobError
from runtime.services.admin_api import AdminApi


@dataclass(frozen=True, slots=True)
class Verification:
    """The checks; the last runs of bootstrap and org-sync-all count, no matter who started them."""

    catalog: Catalog
    session: GoogleSession
    services: Services
    runner: JobRunner

    def check(self, status: JobRun) -> list[Finding]:
        """All findings; `status` is a run of `migrate --status` after the last change."""
        return gather(
            (
                lambda: [find("API", self._check_health)],
                lambda: [find("migrations", lambda: self._check_migrations(status))],
                lambda: [find("bootstrap", lambda: self._describe_last("bootstrap"))],
                lambda: [find_if_permitted("platform", self._check_platform)],
                lambda: [find("organizations", self._check_sync)],
                lambda: [find_if_permitted("organizations present", self._count_organizations)],
            )
        )

    def _check_health(self) -> str:
        self.services.require_health()
        return f"{self.services.api_url} is healthy and ready"

    def _check_migrations(self, status: JobRun) -> str:
        counts = status.counts
        if pending := counts.get("pending", 0):
            raise JobError(f"{pending} pending", f"{self._release} --from {status.job.name}")
        if status.status not in ("done", "drifted"):
            remedy = str(status.detail("remedy") or f"{self._release} --from {VERIFY}")
            raise JobError(f"migrate --status: {status.status}", remedy)
        drifted = counts.get("drifted", 0)
        edited = f"; {drifted} edited after it was applied, see the runbook" if drifted else ""
        return f"none pending, {counts.get('applied', 0)} applied{edited}"

    def _check_platform(self) -> str:
        status = self._open_admin_api().bootstrap_status(force_refresh=True)
        try:
            surplus = status.require_whole()
        except JobError as error:
            raise JobError(error.problem, error.remedy or f"{self._release} --from bootstrap") from error
        return f"{status.state}, {status.tables} tables{f', extra columns: {surplus}' if surplus else ''}"

    def _count_organizations(self) -> str:
        count = count_organizations(self._open_admin_api())
        return f"{count} active" if count else "none is active: right for a new platform only"

    def _check_sync(self) -> str:
        bootstrap, sync = self._require_success("bootstrap"), self._require_success("org-sync-all")
        if sync.created < bootstrap.created:
            raise JobError(
                f"the last org-sync-all, {sync.name}, is older than the last bootstrap",
                f"{self._release} --from org-sync-all",
            )
        return self._describe_last("org-sync-all")

    def _describe_last(self, name: str) -> str:
        execution = self._require_success(name)
        return f"{execution.name} succeeded at {execution.created:%Y-%m-%d %H:%M} UTC"

    def _require_success(self, name: str) -> Execution:
        execution = self.runner.find_last(self.catalog.find(name))
        if execution is None:
            raise JobError(f"{name} has never run", f"{self._release} --from {name}")
        if execution.state is State.RUNNING:
            problem = f"{name}'s last run, {execution.name}, is still running"
            raise JobError(problem, f"{WAIT} {self._release} --from {VERIFY}")
        if execution.state is not State.SUCCEEDED:
            problem = f"{name}'s last run, {execution.name}, {execution.state.value}"
            raise JobError(problem, f"{self._release} --from {name}")
        return execution

    def _open_admin_api(self) -> AdminApi:
        return self.services.open_admin_api(read_secret(self.session, self.catalog, "CA_ROOT_API_KEY"))

    @property
    def _release(self) -> str:
        return f"bin/release {self.services.environment.name}"
