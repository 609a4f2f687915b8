"""Environment variables -> settings; every problem at once, with its remedy, before anything is sent."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtime.config.catalog import load_catalog
from runtime.config.settings import Settings
from runtime.process.errors import ConfigurationError

CATALOG = load_catalog()
NAMED = "GOOGLE_APPLICATION_CREDENTIALS"
STAGE = {"GCP_PROJECT_ID": "cloudact-testing-1", "CA_ROOT_API_KEY": "k3y-of-stage"}


def refuse_to_ask(_: str) -> str:
    raise AssertionError("the metadata server was asked")


def read(job: str = "quota-reset", **variables: str) -> Settings:
    return Settings(STAGE | variables, CATALOG.find(job), CATALOG, refuse_to_ask)


def problem_of(job: str = "quota-reset", **variables: str) -> str:
    with pytest.raises(ConfigurationError) as caught:
        read(job, **variables)
    assert "\n" not in str(caught.value)
    return caught.value.problem


@pytest.mark.parametrize(
    ("variables", "environment", "address"),
    [
        ({"GCP_PROJECT_ID": "cloudact-prod"}, "prod", "https://api.cloudact.ai"),
        ({}, "stage", "https://cloudact-api-service-test-2adubqjovq-uc.a.run.app"),
        ({"ENVIRONMENT": "test"}, "test", "https://cloudact-api-service-test-2adubqjovq-uc.a.run.app"),
        ({"ENVIRONMENT": ""}, "stage", "https://cloudact-api-service-test-2adubqjovq-uc.a.run.app"),
        ({"API_SERVICE_URL": "https://other/base"}, "stage", "https://other/base"),
        ({"GCP_PROJECT_ID": "elsewhere", "API_SERVICE_URL": "http://localhost:8"}, None, "http://localhost:8"),
    ],
)
def test_the_api_is_found_by_the_project(variables: dict[str, str], environment: str | None, address: str) -> None:
    """FR-SJ-005.2; an explicit address comes first."""
    settings = read(**variables)
    assert (settings.environment and settings.environment.name, str(settings.api)) == (environment, address)


def test_defaults_are_those_of_the_process_interface() -> None:
    """90 days, 8 requests in flight, the catalog's timeout, one task."""
    settings = read("org-sync-all")
    assert (settings.concurrency, settings.timeout_seconds) == (8, 3600)
    assert read("quota-cleanup").days_to_keep == 90
    assert (settings.task_index, settings.task_count, settings.task_attempt) == (0, 1, 0)


@pytest.mark.parametrize(
    ("variables", "problem"),
    [
        (
            {"ENVIRONMENT": "local"},
            "ENVIRONMENT: 'local' is not an environment: the jobs run on Cloud Run only - use one of test, stage, prod",
        ),
        (
            {"ENVIRONMENT": "production"},
            "ENVIRONMENT: there is no environment 'production' - use one of test, stage, prod",
        ),
        (
            {"ENVIRONMENT": "prod"},
            "ENVIRONMENT prod belongs to project cloudact-prod, but GCP_PROJECT_ID is 'cloudact-testing-1': "
            "correct one of the two",
        ),
        (
            {"GCP_PROJECT_ID": "cloudact-prod\n"},
            "no API address is known for project 'cloudact-prod\\n': set API_SERVICE_URL, or use one of "
            "cloudact-prod, cloudact-testing-1",
        ),
        (
            {"GOOGLE_APPLICATION_CREDENTIALS": "~/.gcp/key.json"},
            "GOOGLE_APPLICATION_CREDENTIALS is '~/.gcp/key.json', a relative path (a tilde is not expanded) - "
            "give the absolute path",
        ),
        (
            {"API_SERVICE_URL": "http://api.cloudact.ai"},
            "API_SERVICE_URL is plain http to api.cloudact.ai: keys would be sent unencrypted - use https",
        ),
        (
            {"GCE_METADATA_HOST": "http://127.0.0.1:9"},
            "GCE_METADATA_HOST is 'http://127.0.0.1:9', not metadata.google.internal or 169.254.169.254, nor a "
            "host[:port] of this machine: unset it",
        ),
        ({"GCE_METADATA_HOST": "example.com"}, "GCE_METADATA_HOST is 'example.com', not metadata.google.internal"),
        ({"CLOUDSDK_API_ENDPOINT_OVERRIDES_RUN": "run"}, "CLOUDSDK_API_ENDPOINT_OVERRIDES_RUN is 'run', not like"),
        ({"ORG_SYNC_CONCURRENCY": "eight"}, "ORG_SYNC_CONCURRENCY is 'eight', not a number from 1 to 64"),
        ({"ORG_SYNC_CONCURRENCY": "-8"}, "ORG_SYNC_CONCURRENCY is '-8', not a number from 1 to 64"),
        ({"ORG_SYNC_CONCURRENCY": "9" * 5000}, "ORG_SYNC_CONCURRENCY is '999"),
        (
            {"CLOUD_RUN_JOB": "cloudact-daily-alerts"},
            "CLOUD_RUN_JOB is 'cloudact-daily-alerts', which does not run quota-reset: start quota-reset's own",
        ),
        ({"SSL_CERT_FILE": "/none/ca.pem"}, "SSL_CERT_FILE /none/ca.pem cannot be read: No such file or directory"),
        ({"SSL_CERT_FILE": __file__}, f"SSL_CERT_FILE {__file__} holds no certificate"),
        ({"SSL_CERT_DIR": "/none"}, "SSL_CERT_DIR /none does not exist"),
        ({"API_SERVICE_URL": "https://-"}, "API_SERVICE_URL is 'https://-', whose host '-' can never be found"),
        ({"API_SERVICE_URL": "https://a..b"}, "API_SERVICE_URL is 'https://a..b', whose host 'a..b' can never be"),
        ({"ORG_SYNC_CONCURRENCY": "0"}, "ORG_SYNC_CONCURRENCY is '0', not a number from 1 to 64"),
        ({"JOB_TIMEOUT_SECONDS": "1.5"}, "JOB_TIMEOUT_SECONDS is '1.5', not a number from 1 to 604800"),
        ({"CLOUD_RUN_TASK_INDEX": "1"}, "CLOUD_RUN_TASK_INDEX 1 is not below CLOUD_RUN_TASK_COUNT"),
        (
            {"CA_ROOT_API_KEY": "key\n"},
            "CA_ROOT_API_KEY has a blank, a line break or another character that no key has",
        ),
    ],
)
def test_a_wrong_value_is_refused_with_its_remedy(variables: dict[str, str], problem: str) -> None:
    """FR-SJ-002.5, FR-SJ-006.1, FR-SJ-006.2: one line that names the variable, and nothing is asked of anybody."""
    assert problem_of(**variables).startswith(problem)


@pytest.mark.parametrize("days", ["29", "ninety", "-90", "9999"])
def test_no_retention_below_the_floor_is_taken(days: str) -> None:
    """Records of customers would be gone."""
    problem = problem_of("quota-cleanup", DAYS_TO_KEEP=days)
    assert problem == f"DAYS_TO_KEEP is {days!r}, not a number from 30 to 3650"


@pytest.mark.parametrize("name", ["DAYS_TO_KEEP", "MIGRATIONS_DIR", "SUPABASE_API_URL", "BIGQUERY_EMULATOR_HOST"])
def test_what_the_job_does_not_need_is_not_read(name: str) -> None:
    """Another job's variable cannot stop this one."""
    assert str(read(**{name: "x y"}).api).startswith("https://")


def test_a_folder_of_migrations_has_to_hold_some(tmp_path: Path) -> None:
    """Before anything is sent."""
    given = {"SUPABASE_ACCESS_TOKEN": "t"}
    remedy = "set it to the folder with the NN_name.sql files, or leave it unset for the image's own"
    empty, missing = str(tmp_path), str(tmp_path / "none")
    problem = problem_of("migrate", MIGRATIONS_DIR=empty, **given)
    assert problem == f"MIGRATIONS_DIR {empty} holds no migration: {remedy}"
    problem = problem_of("migrate", MIGRATIONS_DIR=missing, **given)
    assert problem == f"MIGRATIONS_DIR {missing} cannot be read: No such file or directory: {remedy}"


@pytest.mark.parametrize("prefix", ["", "cloudact-", "cloudact-test-", "other-"])
def test_the_jobs_own_cloud_run_job_may_have_any_prefix(prefix: str) -> None:
    """Terraform's."""
    assert read(CLOUD_RUN_JOB=f"{prefix}daily-quota-reset").job_name == f"{prefix}daily-quota-reset"


@pytest.mark.parametrize("reference", ["short", "K" * 20, "a" * 21, "kwroaccbrxppfiysqlz/"])
def test_a_supabase_project_is_twenty_letters(reference: str) -> None:
    """It becomes part of a path."""
    problem = problem_of("migrate", SUPABASE_PROJECT_REF=reference)
    assert problem == f"SUPABASE_PROJECT_REF is {reference!r}, not 20 lower-case letters"


def test_all_problems_are_listed_at_once() -> None:
    """Nobody should have to start a job five times."""
    problem = problem_of(ENVIRONMENT="local", ORG_SYNC_CONCURRENCY="0", CA_ROOT_API_KEY=" ", API_SERVICE_URL="ftp://x")
    named = ("ENVIRONMENT", "ORG_SYNC_CONCURRENCY", "CA_ROOT_API_KEY", "API_SERVICE_URL")
    assert [name for name in named if name not in problem] == []


def test_a_wrong_environment_is_the_only_problem_of_a_known_project() -> None:
    """Its address follows from the environment: to call the project unknown as well would mislead."""
    known = "the jobs run on Cloud Run only - use one of test, stage, prod"
    assert problem_of(ENVIRONMENT="local") == f"ENVIRONMENT: 'local' is not an environment: {known}"


def test_the_metadata_server_is_asked_for_a_project_that_is_not_set() -> None:
    """As on Google's machines."""
    job = CATALOG.find("quota-reset")
    settings = Settings({"CA_ROOT_API_KEY": "k"}, job, CATALOG, lambda _: "cloudact-prod")
    assert (settings.project, settings.environment and settings.environment.name) == ("cloudact-prod", "prod")


def test_without_a_project_everything_that_is_missing_is_named() -> None:
    """The project, and the key, which without a project nobody can be asked for."""
    with pytest.raises(ConfigurationError) as caught:
        Settings({}, CATALOG.find("quota-reset"), CATALOG, lambda _: None)
    assert caught.value.problem == (
        "GCP_PROJECT_ID is not set and no metadata server answers: set it to the project's id; "
        "CA_ROOT_API_KEY is not set, and without a project Secret Manager cannot be asked for it"
    )


def test_only_the_secrets_of_the_job_are_read() -> None:
    """quota-cleanup needs none, and holds none (NFR-SJ-002)."""
    assert read("quota-cleanup", CA_ROOT_API_KEY="not\nread").given_secrets == {}


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (None, "cannot be read: [Errno 2] No such file or directory: "),
        (b"", "cannot be read: Expecting value: "),
        (b"\xff\xfe{}", "cannot be read: 'utf-8' codec can't decode byte 0xff "),
        (b"[" * 100_000, "cannot be read: maximum recursion depth exceeded"),
        (b"[]", "is not a credentials file"),
        (b'"key"', "is not a credentials file"),
    ],
)
@pytest.mark.parametrize(("job", "changes"), [("quota-cleanup", {}), ("quota-reset", {"CA_ROOT_API_KEY": ""})])
def test_a_file_that_holds_no_credentials_is_reported_at_once(
    tmp_path: Path, content: bytes | None, problem: str, job: str, changes: dict[str, str]
) -> None:
    """Of a run that asks Google as its owner."""
    file = tmp_path / "key.json"
    if content is not None:
        file.write_bytes(content)
    told = problem_of(job, **changes, **{NAMED: str(file)})
    assert told.startswith(f"{file} {problem}")
    assert told.endswith(f" - name a key file in {NAMED}, or unset it")


@pytest.mark.parametrize(
    ("job", "changes"), [("quota-reset", {}), ("quota-cleanup", {"BIGQUERY_EMULATOR_HOST": "http://127.0.0.1:1"})]
)
def test_credentials_that_nobody_asks_for_are_not_read(job: str, changes: dict[str, str]) -> None:
    """With the key in the environment, or an emulator, they are of no use."""
    assert read(job, **changes, **{NAMED: "/none/key.json"}).project == STAGE["GCP_PROJECT_ID"]


names = st.sampled_from(
    (
        "GCP_PROJECT_ID",
        "ENVIRONMENT",
        "CA_ROOT_API_KEY",
        "API_SERVICE_URL",
        "BIGQUERY_EMULATOR_HOST",
        "GCE_METADATA_HOST",
        "DAYS_TO_KEEP",
        "CLOUD_RUN_TASK_COUNT",
        "CLOUD_RUN_TASK_INDEX",
        "GOOGLE_APPLICATION_CREDENTIALS",
    )
)


@given(st.dictionaries(names, st.text(), max_size=4))
def test_no_value_makes_another_error(variables: dict[str, str]) -> None:
    """Settings or a ConfigurationError of one line, for any value."""
    problem = ""
    try:
        Settings(STAGE | variables, CATALOG.find("quota-reset"), CATALOG, lambda _: None)
    except ConfigurationError as error:
        problem = str(error)
    assert len(problem.splitlines()) <= 1
