"""bin/create-all-jobs: one command from the catalogs to eight jobs and five triggers (FR-SJ-001.1, FR-SJ-001.2)."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest

from sandbox.terraform.estate import CATALOG, ENVIRONMENTS, JOBS, choose_image, fill_projects, image_of
from tests.support.workplace import Workplace

DASHBOARD = "Dashboard: https://console.cloud.google.com/monitoring/dashboards/builder/"


def render(name: str) -> str:
    """The list at the end: every job of the catalog in its order, with its trigger's cron, and the dashboard."""
    environment = ENVIRONMENTS[name]
    scheduled = [job for job in JOBS.values() if job["cron"]]
    lines = [f"\n{len(JOBS)} jobs and {len(scheduled)} triggers in {name} ({environment['project']}):"]
    for job in JOBS.values():
        path = f"{environment['name_prefix']}-{job['cloud_run_job']}"
        lines.append(f"  {job['name']:14} {path:38} {job['cron'] or ''}".rstrip())
    return "\n".join((*lines, DASHBOARD))


def furnish(workplace: Workplace, name: str) -> None:
    """What an operator does between --prepare and the first apply."""
    fill_projects(workplace.world)
    choose_image(workplace.root(name), image_of(name))


def test_a_prepared_project_gets_its_jobs(prepared: Workplace) -> None:
    """Once people have added what they have to add; a second time nothing changes."""
    furnish(prepared, "stage")
    done = prepared.run("create-all-jobs", "stage")
    assert (done.status, done.errors) == (0, "")
    assert render("stage") in done.output
    assert done.output.count("reach nobody") == 1

    again = prepared.run("create-all-jobs", "stage")
    assert again.status == 0
    assert "No changes." in again.output
    assert render("stage") in again.output


def test_the_plan_is_shown_from_anywhere_and_nothing_is_changed(workplace: Workplace, tmp_path: Path) -> None:
    """Also in prod, without a question, and even if a file there is called like a module that the command imports."""
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "json.py").write_text("raise SystemExit('imported from the working directory')", encoding="utf-8")
    choose_image(workplace.root("prod"), image_of("prod"))
    before = workplace.read_cloud()
    done = workplace.run("create-all-jobs", "prod", "--plan", within=elsewhere)
    assert (done.status, done.errors) == (0, "")
    assert f"\nmake   {len(JOBS):<5}  job " in done.output
    assert before == workplace.read_cloud()


def test_full_shows_all_that_terraform_says(prepared: Workplace) -> None:
    """Of the plan, and of the apply as it comes."""
    furnish(prepared, "stage")
    output = prepared.run("create-all-jobs", "stage", "--full").output
    plan, _, apply = output.partition("Creating...")
    assert "# module.environment.module.jobs.google_cloud_run_v2_job.job[" in plan
    assert "Creation complete after" in apply


def test_a_preparation_has_no_plan_to_show_in_full(workplace: Workplace) -> None:
    done = workplace.run("create-all-jobs", "stage", "--prepare", "--full")
    assert (2, "") == (done.status, done.output)
    assert done.errors == "create-all-jobs: --prepare shows no plan, so there is no --full of it - omit --full\n"


def test_prod_is_not_changed_without_a_yes(workplace: Workplace) -> None:
    """FR-SJ-001.5, NFR-SJ-002.4: an end of input counts as no, and so does all that test_confirmation.py lists."""
    choose_image(workplace.root("prod"), image_of("prod"))
    before = workplace.read_cloud()
    done = workplace.run("create-all-jobs", "prod")
    assert done.status == 1
    assert "create-all-jobs: prod is unchanged" in done.errors
    assert before == workplace.read_cloud()


def test_prod_is_created_after_a_yes_on_standard_input(prepared: Workplace) -> None:
    """FR-SJ-001.5: `echo "yes" | bin/create-all-jobs prod`."""
    furnish(prepared, "prod")
    done = prepared.run("create-all-jobs", "prod", answer="yes\n")
    assert done.status == 0
    assert render("prod") in done.output
    assert len(prepared.world.load().resources["google_cloud_run_v2_job"]) == len(JOBS)


def test_jobs_that_failed_when_made_can_be_removed_as_printed(prepared: Workplace) -> None:
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


def test_a_renamed_job_of_prod_is_replaced_in_the_order_that_is_printed(installed: Workplace) -> None:
    """The plan is refused; the steps make the new job beside the old one, and name the commands that remove the old."""
    job = next(job for job in JOBS.values() if job["cron"])
    catalog = installed.folder / "jobs.json"
    catalog.write_text(catalog.read_text().replace(f'"{job["cloud_run_job"]}"', '"daily-renamed"'))
    before = installed.read_cloud()
    done = installed.run("create-all-jobs", "prod", answer="yes\n")
    assert (1, before) == (done.status, installed.read_cloud())
    told = done.errors.partition("create-all-jobs: ")[2]
    assert told.startswith("prod is unchanged: this would tear down protected jobs")
    name = f"cloudact-{job['cloud_run_job']}"
    assert f"  gcloud scheduler jobs pause {name}-trigger --project=cloudact-prod --location=us-central1\n" in told

    (forget,) = (line for line in told.splitlines() if " state rm " in line)
    installed.run_terraform("prod", *shlex.split(forget)[2:])
    done = installed.run("create-all-jobs", "prod", answer="yes\n")
    assert done.status == 0
    jobs = {job["name"] for job in installed.world.load().list_all("google_cloud_run_v2_job")}
    assert {name, "cloudact-daily-renamed"} <= jobs
    assert f"gcloud run jobs delete {name} --project=cloudact-prod --region=us-central1\n" in done.output
    assert f"gcloud scheduler jobs delete {name}-trigger " in done.output


def test_a_secret_that_is_named_no_more_is_kept_and_forgotten(installed: Workplace) -> None:
    """Its values may be the last copy: the plan is refused, with the command that lets go of it."""
    secret = next(iter(CATALOG["secrets"].values()))
    catalog = installed.folder / "jobs.json"
    catalog.write_text(catalog.read_text().replace(f'"{secret}"', '"another-name"'))
    with installed.world.change() as cloud:
        cloud.secret_versions["projects/cloudact-testing-1/secrets/another-name-test"] = ["1"]
    done = installed.run("create-all-jobs", "stage")
    assert done.status == 1
    assert (
        "stage is unchanged: this would delete secrets with their values - have Terraform forget them:\n" in done.errors
    )
    (forget,) = (line for line in done.errors.splitlines() if " state rm " in line)
    installed.run_terraform("stage", *shlex.split(forget)[2:])
    assert installed.run("create-all-jobs", "stage").status == 0
    cloud = installed.world.load()
    assert cloud.find("google_secret_manager_secret", f"projects/cloudact-testing-1/secrets/{secret}-test") is not None


@pytest.mark.parametrize("arguments", [("local",), ("local", "--prepare"), ("local", "--plan")])
def test_local_is_refused_by_name(arguments: tuple[str, ...], workplace: Workplace) -> None:
    """FR-SJ-002.5."""
    done = workplace.run("create-all-jobs", *arguments)
    assert (done.status, done.output) == (2, "")
    problem = "create-all-jobs: 'local' is not an environment: the jobs run on Cloud Run only"
    assert done.errors == f"{problem} - use one of test, stage, prod\n"


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
    """FR-SJ-006.2, FR-SJ-006.3: as by every other command; Terraform, in another folder, would misread them."""
    workplace.environment[variable] = value
    done = workplace.run("create-all-jobs", "stage", option)
    assert (2, "", 1) == (done.status, done.output, done.errors.count("\n"))
    assert problem in done.errors
