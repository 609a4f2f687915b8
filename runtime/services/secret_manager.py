"""A secret: from the environment, else from Secret Manager."""

from __future__ import annotations

from runtime.config.catalog import Catalog
from runtime.config.job import Job
from runtime.config.settings import Settings
from runtime.net.retry import RetryBudget
from runtime.process.clock import Clock
from runtime.process.errors import ConfigurationError, JobError, TransientError, UnexpectedAnswer
from runtime.process.log import Log
from runtime.process.secret import Secret
from runtime.services.google_clients import prepare_google_client

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

ANSWER_SECONDS = 20.0
# For all attempts together: a job that cannot have its key is better started again by the platform.
TOTAL_SECONDS = 60.0
ATTEMPTS = 5


def read_secrets(settings: Settings, job: Job, catalog: Catalog, *, clock: Clock, log: Log) -> dict[str, Secret]:
    """The secrets that the job needs, by their variables.

    Raises ConfigurationError that names the variable and the secret, TransientError if Secret Manager is out of reach,
    UnexpectedAnswer if it answers nonsense.
    """
    secrets = dict(settings.given_secrets)
    for variable in job.secrets:
        if variable in secrets:
            continue
        if settings.environment is None:
            raise ConfigurationError(
                f"{variable} is not set, and project {settings.project!r} belongs to no known environment",
                f"set {variable}",
            )
        name = catalog.secret_name(variable, settings.environment)
        deadline = clock.monotonic() + min(TOTAL_SECONDS, settings.timeout_seconds)
        budget = RetryBudget("Secret Manager", clock=clock, log=log, deadline=deadline, attempts=ATTEMPTS)
        resource = f"projects/{settings.project}/secrets/{name}/versions/latest"
        secrets[variable] = Secret(_access(resource, variable, settings.secret_api, budget), f"secret {name}")
        log.redactor.add(secrets[variable])
    return secrets


def _access(resource: str, variable: str, endpoint: str, budget: RetryBudget) -> str:
    missing = f"{variable} is not set, and {resource} cannot be read"
    try:
        prepare_google_client("google.cloud.secretmanager")
    except ConfigurationError as error:
        raise ConfigurationError(f"{missing}: {error.problem}", f"set {variable}, or {error.remedy}") from error
    from google.cloud.secretmanager import SecretManagerServiceClient

    from runtime.services.google_errors import describe, may_pass

    try:
        make_transport = SecretManagerServiceClient.get_transport_class("rest")
        transport = make_transport(host=endpoint or SecretManagerServiceClient.DEFAULT_ENDPOINT)
        client = SecretManagerServiceClient(transport=transport)
        ask: Any = budget.decorate(may_pass, describe)(client.access_secret_version)
        value: bytes = ask(name=resource, timeout=ANSWER_SECONDS, retry=None).payload.data
    except TransientError as error:
        raise TransientError(f"{missing}: {error.problem}", "run the job again") from error
    except Exception as error:
        raise _explain(error, missing, variable) from error
    return value.decode("utf-8", "replace")


def _explain(error: Exception, missing: str, variable: str) -> JobError:
    from google.api_core import exceptions
    from google.auth.exceptions import DefaultCredentialsError, GoogleAuthError
    from requests.exceptions import RequestException

    from runtime.services.google_errors import describe

    if isinstance(error, DefaultCredentialsError):
        problem = f"{missing}: no Google credentials on this machine ({error.args[0]})"
        return ConfigurationError(problem, f"set {variable}, or GOOGLE_APPLICATION_CREDENTIALS")
    # Over REST a failed precondition arrives as a plain 400.
    if isinstance(error, (exceptions.NotFound, exceptions.BadRequest)):
        problem = f"{missing}: it does not exist or has no enabled version"
        return ConfigurationError(problem, "add one: gcloud secrets versions add")
    if isinstance(error, (exceptions.Forbidden, exceptions.Unauthorized)):
        remedy = "grant roles/secretmanager.secretAccessor on it to this identity"
        return ConfigurationError(f"{missing}: permission denied", remedy)
    if isinstance(error, GoogleAuthError):
        problem = f"{missing}: Google refused the credentials: {describe(error)}"
        return JobError(problem, "check the service account, or the key file")
    if isinstance(error, (exceptions.GoogleAPIError, RequestException)):
        return TransientError(f"{missing}: {describe(error)}", "run the job again")
    # Its REST client raises what the parsers of JSON and base64 do.
    return UnexpectedAnswer(f"{missing}: Secret Manager's answer is invalid: {describe(error)}", "check its address")
