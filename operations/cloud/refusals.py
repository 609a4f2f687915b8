"""What Google refused, as one line with the next step."""

from __future__ import annotations

import re

from runtime.config.environment import Environment
from runtime.net.response import Response
from runtime.process.errors import ConfigurationError, JobError, TransientError

PERMISSION = re.compile(r"\b[a-z]+\.[A-Za-z]+\.[A-Za-z]+\b")
DISABLED_API = re.compile(r"\b([a-z]+\.googleapis\.com)\b has not been used")
# The narrowest predefined role that holds each permission which the commands need.
ROLES = {
    "artifactregistry.dockerimages.get": "roles/artifactregistry.reader",
    "artifactregistry.dockerimages.list": "roles/artifactregistry.reader",
    "artifactregistry.repositories.list": "roles/artifactregistry.reader",
    "cloudscheduler.jobs.enable": "roles/cloudscheduler.admin",
    "cloudscheduler.jobs.get": "roles/cloudscheduler.viewer",
    "cloudscheduler.jobs.list": "roles/cloudscheduler.viewer",
    "cloudscheduler.jobs.pause": "roles/cloudscheduler.admin",
    "cloudscheduler.jobs.update": "roles/cloudscheduler.admin",
    "iam.roles.list": "roles/iam.roleViewer",
    "iam.serviceAccounts.list": "roles/iam.serviceAccountViewer",
    "logging.logEntries.list": "roles/logging.viewer",
    "logging.logMetrics.list": "roles/logging.viewer",
    "monitoring.alertPolicies.list": "roles/monitoring.viewer",
    "monitoring.dashboards.list": "roles/monitoring.viewer",
    "monitoring.notificationChannels.list": "roles/monitoring.viewer",
    "run.executions.cancel": "roles/run.jobsExecutor",
    "run.executions.get": "roles/run.viewer",
    "run.executions.list": "roles/run.viewer",
    "run.jobs.get": "roles/run.viewer",
    "run.jobs.list": "roles/run.viewer",
    "run.jobs.run": "roles/run.jobsExecutor",
    "run.jobs.runWithOverrides": "roles/run.jobsExecutorWithOverrides",
    "run.tasks.list": "roles/run.viewer",
    "secretmanager.secrets.get": "roles/secretmanager.viewer",
    "secretmanager.secrets.list": "roles/secretmanager.viewer",
    "secretmanager.versions.access": "roles/secretmanager.secretAccessor",
    "secretmanager.versions.get": "roles/secretmanager.viewer",
    "secretmanager.versions.list": "roles/secretmanager.viewer",
    "serviceusage.services.get": "roles/serviceusage.serviceUsageViewer",
    "serviceusage.services.list": "roles/serviceusage.serviceUsageViewer",
}


class CredentialsRefused(ConfigurationError):
    """Google does not know the caller."""


class PermissionMissing(ConfigurationError):
    """Google knows the caller, and that account lacks a permission."""


class ApiDisabled(PermissionMissing):
    """The project does not use this API, so it has nothing of it."""


class NotFound(ConfigurationError):
    """The resource does not exist."""


class RequestRefused(JobError):
    """Google found the request itself wrong; `code` is its canonical code, such as FAILED_PRECONDITION."""

    def __init__(self, problem: str, code: str) -> None:
        super().__init__(problem)
        self.code = code


class ServerError(TransientError):
    """An answer in the 500s that was not repeated: whether the request was carried out is not known."""


class NoConnection(TransientError):
    """A call brought no usable answer; `maybe_processed`: Google may have acted on it."""

    def __init__(self, problem: str, remedy: str, maybe_processed: bool) -> None:
        super().__init__(problem, remedy)
        self.maybe_processed = maybe_processed


def explain_refusal(response: Response, environment: Environment, who: str) -> JobError:
    """The error for an answer other than success; `who` names the credentials."""
    message, code = read_error(response)
    if response.status == 401:
        remedy = "gcloud auth application-default login, or a newer key"
        return CredentialsRefused(f"Google refuses the credentials of {who}: {message}", remedy)
    if response.status == 403:
        return _explain_denial(message, environment, who)
    if response.status == 404:
        owner = f"bin/create-all-jobs {environment.name}"
        return NotFound(
            f"{environment.name} ({environment.project}) lacks it: {message}", f"{owner} makes what is missing"
        )
    if response.status >= 500:
        return ServerError(f"{response.call} answered {response.status}: {message}", "try again in a minute")
    return RequestRefused(f"{response.call} was refused with {response.status}: {message}", code)


def read_error(response: Response) -> tuple[str, str]:
    """Google's message and canonical code; an excerpt of the body and nothing if the answer is not Google's."""
    error = response.member("error")
    if not isinstance(error, dict):
        return response.excerpt(), ""
    return str(error.get("message") or response.excerpt()), str(error.get("status") or "")


def _explain_denial(message: str, environment: Environment, who: str) -> PermissionMissing:
    disabled = DISABLED_API.search(message)
    if disabled:
        problem = f"{disabled[1]} is not enabled in {environment.project}"
        return ApiDisabled(problem, f"bin/create-all-jobs {environment.name} --prepare enables it")
    found = PERMISSION.search(message)
    if found is None:
        return PermissionMissing(f"{who} may not do this: {message}", "ask the project's owner")
    role = ROLES.get(found[0], "a role that has it")
    return PermissionMissing(
        f"{who} lacks the permission {found[0]}: {message}", f"ask for {role} in {environment.project}"
    )
