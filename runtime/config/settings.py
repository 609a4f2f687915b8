"""Environment variables -> Settings; everything that is missing or wrong, in one error."""

from __future__ import annotations

from runtime.config.env_reader import VariableReader
from runtime.net.endpoint import Endpoint
from runtime.process.errors import ConfigurationError
from runtime.process.secret import Secret

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from runtime.config.catalog import Catalog
    from runtime.config.job import Environment, Job

RETENTION_FLOOR_DAYS = 30
RETENTION_CEILING_DAYS = 3650
CONCURRENCY_CEILING = 64
METADATA_HOSTS = ("metadata.google.internal", "169.254.169.254")


class Settings:
    """What a run was given. Endpoints and names that the job does not need may be None."""

    __slots__ = (
        "api",
        "bigquery_emulator_host",
        "concurrency",
        "credentials_file",
        "days_to_keep",
        "environment",
        "execution",
        "job_name",
        "metadata",
        "migrations_dir",
        "project",
        "region",
        "run_api",
        "secret_api",
        "secrets",
        "supabase",
        "supabase_ref",
        "task_attempt",
        "task_count",
        "task_index",
        "timeout_seconds",
    )

    api: Endpoint
    bigquery_emulator_host: str | None
    concurrency: int
    credentials_file: str | None
    days_to_keep: int
    environment: Environment | None
    execution: str | None
    job_name: str | None
    metadata: Endpoint | None
    migrations_dir: str | None
    project: str
    region: str
    run_api: Endpoint | None
    secret_api: Endpoint | None
    secrets: dict[str, Secret]
    supabase: Endpoint
    supabase_ref: str
    task_attempt: int
    task_count: int
    task_index: int
    timeout_seconds: int


def read_settings(
    variables: Mapping[str, str], job: Job, catalog: Catalog, ask_project: Callable[[Endpoint | None], str | None]
) -> Settings:
    """Checks every variable of the process interface before any of them is used.

    `ask_project` asks the metadata server; it is called only when nothing else is wrong.
    Raises ConfigurationError that lists all problems.
    """
    reader = VariableReader(variables)
    settings = Settings()
    _read_numbers(settings, reader, job)
    _read_places(settings, reader)
    settings.project = reader.text("GCP_PROJECT_ID") or ""
    if not settings.project and not reader.problems:
        settings.project = ask_project(settings.metadata) or ""
    if not settings.project:
        reader.problems.append("GCP_PROJECT_ID is not set and no metadata server answers: set it to the project's id")
    settings.environment = _choose_environment(reader, settings.project, catalog)
    _read_services(settings, reader, job, catalog)
    settings.secrets = {}
    for name in job.secrets:
        value = reader.text(name)
        secret = value and reader.attempt(lambda value=value, name=name: Secret(value, name))  # type: ignore[misc]
        if secret:
            settings.secrets[name] = secret  # type: ignore[assignment]
        elif value is None and not settings.project:
            reader.problems.append(f"{name} is not set, and without a project Secret Manager cannot be asked for it")
    if reader.problems:
        raise ConfigurationError("; ".join(reader.problems))
    return settings


def _read_numbers(settings: Settings, reader: VariableReader, job: Job) -> None:
    settings.days_to_keep = reader.number("DAYS_TO_KEEP", 90, RETENTION_FLOOR_DAYS, RETENTION_CEILING_DAYS)
    settings.concurrency = reader.number("ORG_SYNC_CONCURRENCY", 8, 1, CONCURRENCY_CEILING)
    settings.timeout_seconds = reader.number("JOB_TIMEOUT_SECONDS", job.timeout_seconds, 1, 7 * 24 * 3600)
    settings.task_count = reader.number("CLOUD_RUN_TASK_COUNT", 1, 1, 10_000)
    settings.task_index = reader.number("CLOUD_RUN_TASK_INDEX", 0, 0, 9_999)
    settings.task_attempt = reader.number("CLOUD_RUN_TASK_ATTEMPT", 0, 0, 10_000)
    if settings.task_index >= settings.task_count:
        reader.problems.append(f"CLOUD_RUN_TASK_INDEX {settings.task_index} is not below CLOUD_RUN_TASK_COUNT")


def _read_places(settings: Settings, reader: VariableReader) -> None:
    settings.job_name = reader.text("CLOUD_RUN_JOB")
    settings.execution = reader.text("CLOUD_RUN_EXECUTION")
    settings.migrations_dir = reader.text("MIGRATIONS_DIR")
    settings.metadata = _read_metadata_host(reader)
    settings.run_api = reader.endpoint("CLOUDSDK_API_ENDPOINT_OVERRIDES_RUN")
    settings.secret_api = reader.endpoint("CLOUDSDK_API_ENDPOINT_OVERRIDES_SECRETMANAGER")
    settings.bigquery_emulator_host = reader.text("BIGQUERY_EMULATOR_HOST")
    if settings.bigquery_emulator_host:
        reader.endpoint("BIGQUERY_EMULATOR_HOST")
    settings.credentials_file = reader.text("GOOGLE_APPLICATION_CREDENTIALS")
    if settings.credentials_file and not settings.credentials_file.startswith("/"):
        reader.problems.append(
            f"GOOGLE_APPLICATION_CREDENTIALS is {settings.credentials_file!r}, a relative path "
            "(a tilde is not expanded): give the absolute path"
        )


def _read_metadata_host(reader: VariableReader) -> Endpoint | None:
    # The real server speaks plain http on a link-local address; anywhere else it has to be this machine.
    host = reader.text("GCE_METADATA_HOST") or METADATA_HOSTS[0]
    if host in METADATA_HOSTS:
        return Endpoint(False, host, 80)
    return reader.attempt(lambda: Endpoint.parse(f"http://{host}", "GCE_METADATA_HOST"))  # type: ignore[return-value]


def _choose_environment(reader: VariableReader, project: str, catalog: Catalog) -> Environment | None:
    name = reader.text("ENVIRONMENT")
    if name is None:
        owners = [e for e in catalog.environments.values() if e.project == project]
        # Environments that share a project share its services; the project's owner stands for both.
        return next((e for e in owners if e.owns_project), None)
    if name not in catalog.environments:
        kinds = ", ".join(catalog.environments)
        reason = "'local' is not an environment" if name == "local" else f"there is no environment {name!r}"
        reader.problems.append(f"ENVIRONMENT: {reason}, use one of {kinds}")
        return None
    environment = catalog.environments[name]
    if project and project != environment.project:
        reader.problems.append(
            f"ENVIRONMENT {name} belongs to project {environment.project}, but GCP_PROJECT_ID is {project!r}: "
            "correct one of the two"
        )
    return environment


def _read_services(settings: Settings, reader: VariableReader, job: Job, catalog: Catalog) -> None:
    environment = settings.environment
    settings.region = environment.region if environment else "us-central1"
    known = sorted({each.project for each in catalog.environments.values()})
    if "CA_ROOT_API_KEY" in job.secrets:
        settings.api = reader.endpoint("API_SERVICE_URL", environment.api_url if environment else None)  # type: ignore[assignment]
        if settings.project and settings.project not in known and not reader.text("API_SERVICE_URL"):
            reader.problems.append(
                f"no API address is known for project {settings.project!r}: set API_SERVICE_URL, or use one of "
                f"{', '.join(known)}"
            )
    if "SUPABASE_ACCESS_TOKEN" in job.secrets:
        settings.supabase = reader.endpoint("SUPABASE_API_URL", "https://api.supabase.com")  # type: ignore[assignment]
        settings.supabase_ref = reader.text("SUPABASE_PROJECT_REF") or (environment.supabase_ref if environment else "")
        _check_reference(settings, reader)


def _check_reference(settings: Settings, reader: VariableReader) -> None:
    reference = settings.supabase_ref
    if not reference and settings.project:
        reader.problems.append(f"no Supabase project is known for {settings.project!r}: set SUPABASE_PROJECT_REF")
    # The Management API's own pattern for a project: ^[a-z]{20}$.
    elif reference and not (len(reference) == 20 and all("a" <= letter <= "z" for letter in reference)):
        reader.problems.append(f"SUPABASE_PROJECT_REF is {reference!r}, not 20 lower-case letters")
