"""Jobs and triggers that are no longer needed: which they are, and whose they are not."""

from __future__ import annotations

from operations.inventory.leftovers import find_leftovers
from operations.inventory.survey import trigger_name
from runtime.config.catalog import load_catalog

CATALOG = load_catalog()
STAGE, TEST = CATALOG.environment("stage"), CATALOG.environment("test")
OWN_JOBS = [environment.job_name(job) for environment in (STAGE, TEST) for job in CATALOG.jobs]
OWN_TRIGGERS = [trigger_name(environment, job) for environment in (STAGE, TEST) for job in CATALOG.jobs if job.cron]


def test_an_installation_as_the_catalog_wants_it_has_none() -> None:
    """Of neither of two environments in one project, one of whose prefixes begins with the other's."""
    for environment in (STAGE, TEST):
        assert find_leftovers(CATALOG, environment, OWN_JOBS, OWN_TRIGGERS) == []


def test_what_the_old_scripts_left_is_known_by_name() -> None:
    """The trigger comes first: without its job it would fail every five minutes."""
    name = "cloudact-5min-billing-sync-retry"
    trigger, job = find_leftovers(CATALOG, STAGE, [*OWN_JOBS, name], [*OWN_TRIGGERS, f"{name}-trigger"])
    assert (f"{name}-trigger", name) == (trigger.name, job.name)
    assert trigger.detail == "a trigger that the old scripts left behind; nothing needs it"
    assert trigger.removal == (
        f"gcloud scheduler jobs delete {name}-trigger --project=cloudact-testing-1 --location=us-central1"
    )
    assert job.removal == f"gcloud run jobs delete {name} --project=cloudact-testing-1 --region=us-central1"


def test_other_teams_jobs_are_left_alone() -> None:
    """Those of the allow list with their triggers, and all that does not begin as ours do."""
    names = [*STAGE.foreign_jobs, "cloudactive-report", "other"]
    assert STAGE.foreign_jobs
    assert find_leftovers(CATALOG, STAGE, names, [f"{name}-trigger" for name in names]) == []


def test_a_leftover_belongs_to_one_environment() -> None:
    """The one with the longer prefix, if both fit."""
    assert find_leftovers(CATALOG, STAGE, ["cloudact-test-old"], []) == []
    (found,) = find_leftovers(CATALOG, TEST, ["cloudact-test-old"], [])
    assert "a job that the catalog does not have" in found.detail


def test_the_trigger_of_a_job_that_has_no_cron_is_left_over() -> None:
    """Its job is ours, and would still be started."""
    by_hand = next(job for job in CATALOG.jobs if job.cron is None)
    (found,) = find_leftovers(CATALOG, STAGE, OWN_JOBS, [trigger_name(STAGE, by_hand)])
    assert trigger_name(STAGE, by_hand) == found.name
