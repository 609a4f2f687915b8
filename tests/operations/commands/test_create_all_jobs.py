"""bin/create-all-jobs: one command from the catalogs to eight jobs and five triggers (FR-SJ-001.1, FR-SJ-001.2)."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest

from sandbox.terraform.estate import choose_image, furnish_projects, image_of
from sandbox.workplace import Workplace

INVENTORY = """
8 jobs and 5 triggers in {name} ({project}):
  migrate        {prefix}-manual-supabase-migrate
  bootstrap      {prefix}-manual-bootstrap
  org-sync-all   {prefix}-manual-org-sync-all
  quota-reset    {prefix}-daily-quota-reset             0 0 * * *   {prefix}-daily-quota-reset-trigger
  quota-cleanup  {prefix}-daily-quota-cleanup           0 1 * * *   {prefix}-daily-quota-cleanup-trigger
  stale-cleanup  {prefix}-daily-stale-cleanup           0 2 * * *   {prefix}-daily-stale-cleanup-trigger
  alerts         {prefix}-daily-alerts                  0 8 * * *   {prefix}-daily-alerts-trigger
  quota-monthly  {prefix}-monthly-quota-reset           5 0 1 * *   {prefix}-monthly-quota-reset-trigger
"""
STAGE = INVENTORY.format(name="stage", project="cloudact-testing-1", prefix="cloudact")
PROD = INVENTORY.format(name="prod", project="cloudact-prod", prefix="cloudact")


def furnish(workplace: Workplace, name: str) -> None:
    """What an operator does between --prepare and the first apply."""
    furnish_projects(workplace.world)
    choose_image(workplace.root(name), image_of(name))


def test_a_prepared_project_gets_its_jobs(prepared: Workplace) -> None:
    """Once people have added what they have to add; a second time nothing changes."""
    furnish(prepared, "stage")
    done = prepared.run("create-all-jobs", "stage")
    assert (done.status, done.errors) == (0, "")
    assert done.output.endswith(STAGE)

    again = prepared.run("create-all-jobs", "stage")
    assert again.status == 0
    assert "No changes." in again.output
    assert again.output.endswith(STAGE)


def test_the_plan_is_shown_and_nothing_is_changed(workplace: Workplace) -> None:
    """Also in prod, without a question."""
    choose_image(workplace.root("prod"), image_of("prod"))
    before = workplace.read_cloud()
    done = workplace.run("create-all-jobs", "prod", "--plan")
    assert (done.status, done.errors) == (0, "")
    assert "will be created" in done.output
    assert before == workplace.read_cloud()


@pytest.mark.parametrize("answer", ["", "no\n", "YES\n"])
def test_prod_is_not_changed_without_a_yes(answer: str, workplace: Workplace) -> None:
    """FR-SJ-001.5, NFR-SJ-002.4: an end of input counts as no."""
    choose_image(workplace.root("prod"), image_of("prod"))
    before = workplace.read_cloud()
    done = workplace.run("create-all-jobs", "prod", answer=answer)
    assert done.status == 1
    assert "create-all-jobs: prod is unchanged: the answer was not yes" in done.errors
    assert before == workplace.read_cloud()


def test_prod_is_created_after_a_yes_on_standard_input(prepared: Workplace) -> None:
    """FR-SJ-001.5: `echo "yes" | bin/create-all-jobs prod`."""
    furnish(prepared, "prod")
    done = prepared.run("create-all-jobs", "prod", answer="yes\n")
    assert done.status == 0
    assert done.output.endswith(PROD)
    assert len(prepared.world.load().resources["google_cloud_run_v2_job"]) == 8


def test_jobs_that_failed_when_made_can_be_removed_as_told(prepared: Workplace) -> None:
    """In prod they are protected at once, so that Terraform cannot make them anew by itself."""
    furnish(prepared, "prod")
    with prepared.world.change() as cloud:
        versions = cloud.secret_versions.pop("projects/cloudact-prod/secrets/supabase-access-token-prod")
    assert "lacks something its jobs need" in prepared.run("create-all-jobs", "prod", answer="yes\n").errors
    with prepared.world.change() as cloud:
        cloud.secret_versions["projects/cloudact-prod/secrets/supabase-access-token-prod"] = versions

    done = prepared.run("create-all-jobs", "prod", answer="yes\n")
    assert done.status == 1
    name = "cloudact-manual-supabase-migrate"
    address = 'module.environment.module.jobs.google_cloud_run_v2_job.job["migrate"]'
    assert f"gcloud run jobs delete {name} --project=cloudact-prod --region=us-central1\n" in done.errors
    assert f"terraform -chdir=terraform/environments/prod state rm '{address}'\n" in done.errors


def test_jobs_and_triggers_that_another_tool_made_can_be_taken_over_as_told(prepared: Workplace) -> None:
    """An older installation has the same names. The printed commands do it: the job first, then its trigger."""
    furnish(prepared, "stage")
    prepared.run("create-all-jobs", "stage")
    kinds = ("run_v2_job.job", "scheduler_job.trigger")
    addresses = [f'module.environment.module.jobs.google_cloud_{kind}["alerts"]' for kind in kinds]
    prepared.run_terraform("stage", "state", "rm", *addresses)
    for address, name in zip(addresses, ("cloudact-daily-alerts", "cloudact-daily-alerts-trigger"), strict=True):
        done = prepared.run("create-all-jobs", "stage")
        place = f"projects/cloudact-testing-1/locations/us-central1/jobs/{name}"
        command = f"import -var-file=stage.tfvars '{address}' {place}"
        assert done.errors.endswith(
            "create-all-jobs: jobs or triggers of these names exist already - take them over:\n"
            f"  terraform -chdir=terraform/environments/stage {command}\n  bin/create-all-jobs stage\n"
        )
        prepared.run_terraform("stage", *shlex.split(command))
    done = prepared.run("create-all-jobs", "stage")
    assert (done.status, done.errors) == (0, "")


@pytest.mark.parametrize("arguments", [("local",), ("local", "--prepare"), ("local", "--plan")])
def test_local_is_refused_by_name(arguments: tuple[str, ...], workplace: Workplace) -> None:
    """FR-SJ-002.5."""
    done = workplace.run("create-all-jobs", *arguments)
    assert (done.status, done.output) == (2, "")
    problem = "create-all-jobs: 'local' is not an environment: the jobs run on Cloud Run only"
    assert done.errors == f"{problem} - use one of test, stage, prod\n"


def test_it_works_from_anywhere(workplace: Workplace, tmp_path: Path) -> None:
    """Also where a file is called like a module that it imports."""
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "json.py").write_text("raise SystemExit('imported from the working directory')", encoding="utf-8")
    choose_image(workplace.root("test"), image_of("test"))
    done = workplace.run("create-all-jobs", "test", "--plan", within=elsewhere)
    assert (done.status, done.errors) == (0, "")


@pytest.mark.parametrize(
    ("variable", "value", "problem"),
    [
        ("GOOGLE_APPLICATION_CREDENTIALS", "key.json", "'key.json', not an absolute path"),
        ("GOOGLE_APPLICATION_CREDENTIALS", "/nowhere/key.json", "/nowhere/key.json, which does not exist"),
        ("GOOGLE_CLOUD_PROJECT", "cloudact-prod", "but stage is in project cloudact-testing-1"),
    ],
)
@pytest.mark.parametrize("option", ["--plan", "--prepare"])
def test_unusable_credentials_are_refused_before_terraform_starts(
    variable: str, value: str, problem: str, option: str, workplace: Workplace
) -> None:
    """FR-SJ-006.2, FR-SJ-006.3: as by every other command; Terraform, in a folder of its own, would misread them."""
    workplace.environment[variable] = value
    done = workplace.run("create-all-jobs", "stage", option)
    assert (2, "", 1) == (done.status, done.output, done.errors.count("\n"))
    assert problem in done.errors
