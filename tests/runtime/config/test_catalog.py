"""The two catalogs: what they declare, and how a job is found in them."""

from __future__ import annotations

import pytest

from runtime.config.catalog import load_catalog
from runtime.config.job import Job
from runtime.process.errors import UsageError

CATALOG = load_catalog()


def test_the_jobs_are_those_of_the_requirements() -> None:
    """FR-SJ-001.1, FR-SJ-001.2, FR-SJ-002.4: eight jobs, five of them on a trigger, three released in order."""
    kinds = [job.kind for job in CATALOG.jobs]
    released = sorted((job.release_step, job.name) for job in CATALOG.jobs if job.release_step is not None)
    assert [kinds.count(kind) for kind in ("manual", "daily", "monthly")] == [3, 4, 1]
    assert sum(job.cron is not None for job in CATALOG.jobs) == 5
    assert released == [(1, "migrate"), (2, "bootstrap"), (3, "org-sync-all")]


def test_the_environments_are_those_of_the_requirements() -> None:
    """FR-SJ-006.3, FR-SJ-006.4, FR-SJ-005.2: project, secret names and API address of each."""
    key = {e.name: (e.project, CATALOG.secret_name("CA_ROOT_API_KEY", e)) for e in CATALOG.environments.values()}
    assert key == {
        "test": ("cloudact-testing-1", "ca-root-api-key-test"),
        "stage": ("cloudact-testing-1", "ca-root-api-key-test"),
        "prod": ("cloudact-prod", "ca-root-api-key-prod"),
    }
    assert CATALOG.environment("prod").api_url == "https://api.cloudact.ai"


@pytest.mark.parametrize("job", CATALOG.jobs, ids=lambda job: job.name)
def test_a_job_is_found_by_all_its_names(job: Job) -> None:
    """Short name, aliases, and the Cloud Run name with and without the prefix of any environment."""
    prefixed = [environment.job_name(job) for environment in CATALOG.environments.values()]
    names = [job.name, *job.aliases, job.cloud_run_job, *prefixed]
    assert {CATALOG.find(name).name for name in names} == {job.name}


@pytest.mark.parametrize(
    ("name", "near"),
    [("quota-rest", "quota-reset"), ("bootstrp", "bootstrap"), ("alert", "alerts"), ("org-sync-al", "org-sync-all")],
)
def test_near_names_are_suggested(name: str, near: str) -> None:
    """The remedy of a mistyped job."""
    with pytest.raises(UsageError) as caught:
        CATALOG.find(name)
    assert (caught.value.problem, caught.value.exit_status) == (f"there is no job {name!r}", 2)
    assert near in caught.value.remedy


@pytest.mark.parametrize("job", CATALOG.jobs, ids=lambda job: job.name)
def test_a_job_is_suggested_once_and_by_its_short_name(job: Job) -> None:
    """Though its aliases and its Cloud Run name are near too."""
    with pytest.raises(UsageError) as caught:
        CATALOG.find(f"{job.name}x")
    suggested = caught.value.remedy.removeprefix("did you mean ").removesuffix("?").split(" or ")
    assert suggested.count(job.name) == 1
    assert set(suggested) <= {each.name for each in CATALOG.jobs}


@pytest.mark.parametrize("name", ["", "zzz", "../jobs", "cloudact-"])
def test_without_a_near_name_all_are_listed(name: str) -> None:
    """Nothing is guessed."""
    with pytest.raises(UsageError) as caught:
        CATALOG.find(name)
    assert caught.value.remedy == f"it is one of {', '.join(job.name for job in CATALOG.jobs)}"


def test_local_is_refused_by_name() -> None:
    """FR-SJ-002.5, FR-SJ-006.1."""
    with pytest.raises(UsageError, match="'local' is not an environment: the jobs run on Cloud Run only - use one of"):
        CATALOG.environment("local")


def test_other_environments_are_refused_too() -> None:
    """With those that there are."""
    with pytest.raises(UsageError, match="there is no environment 'production' - use one of test, stage, prod"):
        CATALOG.environment("production")
