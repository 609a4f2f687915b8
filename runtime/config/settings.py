"""Environment variables -> Settings; everything that is missing or wrong, in one error."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from runtime.config.catalog import Catalog, read_json
from runtime.config.env_reader import (
    VariableReader,
    read_api,
    read_metadata_host,
    read_migrations_dir,
    read_reference,
)
from runtime.config.environment import Environment
from runtime.config.job import Job
from runtime.process.errors import ConfigurationError, UsageError
from runtime.process.secret import Secret

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

RETENTION_FLOOR_DAYS = 30
RETENTION_CEILING_DAYS = 3650
CONCURRENCY_CEILING = 64


class Settings:
    """What a run was given. A service that neither a secret nor a grant of the job names is not read, and empty.

    Never changed once it is made. `given_secrets` are those that the environment gave; Secret Manager has the others.
    """

    def __init__(
        self,
        variables: Mapping[str, str],
        job: Job,
        catalog: Catalog,
        ask_project: Callable[[str], str | None],
    ) -> None:
        """Checks every variable of the process interface that the job needs, before any of them is used.

        `ask_project` asks the metadata server; it is called only when nothing else is wrong.
        Raises ConfigurationError that lists all problems.
        """
        reader = VariableReader(variables)
        self.timeout_seconds: Final = reader.number("JOB_TIMEOUT_SECONDS", job.timeout_seconds, 1, 7 * 24 * 3600)
        self.job_name: Final = _read_job_name(reader, job)
        self.execution: Final = reader.text("CLOUD_RUN_EXECUTION")
        self.on_cloud_run: Final = bool(self.execution and self.job_name)
        self.task_attempt: Final = reader.number("CLOUD_RUN_TASK_ATTEMPT", 0, 0, 10_000)
        self.task_count: Final = reader.number("CLOUD_RUN_TASK_COUNT", 1, 1, 10_000)
        self.task_index: Final = reader.number("CLOUD_RUN_TASK_INDEX", 0, 0, 9_999)
        if self.task_index >= self.task_count:
            reader.problems.append(f"CLOUD_RUN_TASK_INDEX {self.task_index} is not below CLOUD_RUN_TASK_COUNT")
        self.concurrency: Final = reader.number("ORG_SYNC_CONCURRENCY", 8, 1, CONCURRENCY_CEILING)
        self.metadata: Final = read_metadata_host(reader)
        self.run_api: Final = reader.endpoint("CLOUDSDK_API_ENDPOINT_OVERRIDES_RUN")
        self.secret_api: Final = reader.endpoint("CLOUDSDK_API_ENDPOINT_OVERRIDES_SECRETMANAGER")
        if reader.text("SSL_CERT_FILE") or reader.text("SSL_CERT_DIR"):
            # Imported here: help and usage errors need no network code.
            from runtime.net.tls import TrustStore

            reader.attempt(TrustStore, variables)
        on_api, on_supabase = "CA_ROOT_API_KEY" in job.secrets, "SUPABASE_ACCESS_TOKEN" in job.secrets
        on_bigquery = "quota-table" in job.grants
        days = reader.number("DAYS_TO_KEEP", 90, RETENTION_FLOOR_DAYS, RETENTION_CEILING_DAYS) if on_bigquery else 0
        self.days_to_keep: Final = days
        self.bigquery_emulator_host: Final = reader.endpoint("BIGQUERY_EMULATOR_HOST") if on_bigquery else ""
        self.migrations_dir: Final = read_migrations_dir(reader) if on_supabase else None
        self.project: Final = _read_project(reader, lambda: ask_project(self.metadata))
        self.environment: Final = _choose_environment(reader, self.project, catalog)
        self.region: Final = self.environment.region if self.environment else "us-central1"
        self.api: Final = read_api(reader, self.project, self.environment, catalog) if on_api else ""
        self.supabase: Final = reader.endpoint("SUPABASE_API_URL", "https://api.supabase.com") if on_supabase else ""
        self.supabase_ref: Final = read_reference(reader, self.project, self.environment) if on_supabase else ""
        self.given_secrets: Final = _read_secrets(reader, job, self.project)
        asks_google = on_bigquery or len(self.given_secrets) < len(job.secrets)
        if file := reader.text("GOOGLE_APPLICATION_CREDENTIALS"):
            reader.attempt(_check_credentials, file, asks_google and not self.bigquery_emulator_host)
        if reader.problems:
            raise ConfigurationError("; ".join(reader.problems))


def _read_job_name(reader: VariableReader, job: Job) -> str | None:
    name = reader.text("CLOUD_RUN_JOB")
    if name and not f"-{name}".endswith(f"-{job.cloud_run_job}"):
        reader.problems.append(
            f"CLOUD_RUN_JOB is {name!r}, which does not run {job.name}: start {job.name}'s own Cloud Run job, or "
            "restore this one's arguments"
        )
    return name


def _read_project(reader: VariableReader, ask: Callable[[], str | None]) -> str:
    project = reader.text("GCP_PROJECT_ID") or ("" if reader.problems else ask()) or ""
    if not project:
        reader.problems.append("GCP_PROJECT_ID is not set and no metadata server answers: set it to the project's id")
    return project


def _check_credentials(file: str, is_used: bool) -> None:
    # Google's libraries take a relative path as none, and stumble over JSON that is no object.
    if not file.startswith("/"):
        problem = f"GOOGLE_APPLICATION_CREDENTIALS is {file!r}, a relative path (a tilde is not expanded)"
        raise ConfigurationError(problem, "give the absolute path")
    remedy = "name a key file in GOOGLE_APPLICATION_CREDENTIALS, or unset it"
    if is_used and not isinstance(read_json(file, remedy), dict):
        raise ConfigurationError(f"{file} is not a credentials file", remedy)


def _choose_environment(reader: VariableReader, project: str, catalog: Catalog) -> Environment | None:
    name = reader.text("ENVIRONMENT")
    if name is None:
        # Environments that share a project share its services; the project's owner stands for both.
        return next((e for e in catalog.environments.values() if e.project == project and e.owns_project), None)
    try:
        environment = catalog.environment(name)
    except UsageError as error:
        reader.problems.append(f"ENVIRONMENT: {error}")
        return None
    if project and project != environment.project:
        reader.problems.append(
            f"ENVIRONMENT {name} belongs to project {environment.project}, but GCP_PROJECT_ID is {project!r}: "
            "correct one of the two"
        )
    return environment


def _read_secrets(reader: VariableReader, job: Job, project: str) -> Mapping[str, Secret]:
    secrets: dict[str, Secret] = {}
    for name in job.secrets:
        value = reader.text(name)
        if value is None:
            if not project:
                problem = f"{name} is not set, and without a project Secret Manager cannot be asked for it"
                reader.problems.append(problem)
        elif secret := reader.attempt(Secret, value, name):
            secrets[name] = secret
    return secrets
