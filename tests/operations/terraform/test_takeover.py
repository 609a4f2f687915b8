"""What exists is taken over in one run: an earlier installation, and one of ours whose state was lost."""

from __future__ import annotations

import json
from typing import Any

import pytest

from operations.terraform.existing import KINDS, Existing
from operations.terraform.takeover import describe_takeover, render_imports
from sandbox.terraform.earlier import LEFT_BEHIND, OTHER_TEAMS, install_earlier
from sandbox.terraform.estate import CATALOG, JOBS, choose_image, furnish_projects, image_of, variables_of
from sandbox.workplace import Workplace

SCHEDULED = [name for name, job in JOBS.items() if job["cron"]]
TAKEN_OVER = f"{len(JOBS)} jobs, {len(SCHEDULED)} triggers, {len(CATALOG['secrets'])} secrets, 1 registry"


def count_resources(workplace: Workplace) -> dict[str, int]:
    """How many of each type exist."""
    resources: dict[str, Any] = json.loads(workplace.read_cloud())["resources"]
    return {kind: len(found) for kind, found in resources.items() if found}


def read_uids(workplace: Workplace) -> dict[str, str]:
    return {job["name"]: job["uid"] for job in workplace.world.load().list_all("google_cloud_run_v2_job")}


@pytest.fixture
def earlier(workplace: Workplace) -> Workplace:
    """The project as gcloud scripts left it; Terraform has never seen it."""
    install_earlier(workplace.world, "stage")
    choose_image(workplace.root("stage"), image_of("stage"))
    return workplace


def test_an_earlier_installation_is_taken_over_in_one_run(earlier: Workplace) -> None:
    """The jobs keep their uid and so their history; nothing is made twice, and nothing is left to do."""
    before, uids = count_resources(earlier), read_uids(earlier)
    done = earlier.run("create-all-jobs", "stage")
    assert (0, "") == (done.status, done.errors)
    assert f"\nTo be taken over: {TAKEN_OVER}.\n" in done.output
    assert uids == read_uids(earlier)
    after = count_resources(earlier)
    for kind in ("google_cloud_run_v2_job", "google_cloud_scheduler_job", "google_secret_manager_secret"):
        assert before[kind] == after[kind]
    assert not (earlier.root("stage") / "imports.tf").exists()

    again = earlier.run("create-all-jobs", "stage")
    assert (0, True, False) == (again.status, "No changes." in again.output, "taken over" in again.output)


def test_the_jobs_that_are_taken_over_run_what_ours_run(earlier: Workplace) -> None:
    """Image, account and arguments are ours afterwards, and the triggers' account too."""
    assert earlier.run("create-all-jobs", "stage").status == 0
    cloud = earlier.world.load()
    for name, job in JOBS.items():
        place = f"projects/cloudact-testing-1/locations/us-central1/jobs/cloudact-{job['cloud_run_job']}"
        found = cloud.find("google_cloud_run_v2_job", place)
        assert found is not None
        container = found["template"][0]["template"][0]["containers"][0]
        assert (image_of("stage"), [name]) == (container["image"], container["args"])


def test_what_is_left_over_is_listed_with_its_removal(earlier: Workplace) -> None:
    """Also what the old scripts are known to have left; what is another team's is not mentioned."""
    done = earlier.run("create-all-jobs", "stage")
    where = "--project=cloudact-testing-1"
    for name in LEFT_BEHIND:
        assert f"gcloud run jobs delete {name} {where} --region=us-central1\n" in done.output
        assert f"gcloud scheduler jobs delete {name}-trigger {where} --location=us-central1\n" in done.output
    assert [name for name in OTHER_TEAMS if name in done.output.partition("Not in the catalog")[2]] == []


def test_a_plan_shows_it_and_touches_nothing(earlier: Workplace) -> None:
    before = earlier.read_cloud()
    done = earlier.run("create-all-jobs", "stage", "--plan")
    assert (0, "") == (done.status, done.errors)
    assert done.output.endswith(f"\nTo be taken over: {TAKEN_OVER}.\n")
    assert before == earlier.read_cloud()
    assert not (earlier.root("stage") / "imports.tf").exists()


def test_an_apply_by_hand_does_the_same(earlier: Workplace) -> None:
    """`--write-imports` leaves the file that plain Terraform then reads."""
    uids = read_uids(earlier)
    done = earlier.run("create-all-jobs", "stage", "--write-imports")
    assert (0, "") == (done.status, done.errors)
    assert "terraform -chdir=terraform/environments/stage apply -var-file=stage.tfvars" in done.output
    earlier.run_terraform("stage", "apply", "-auto-approve", variables_of("stage"))
    assert uids == read_uids(earlier)
    (earlier.root("stage") / "imports.tf").unlink()
    assert "No changes." in earlier.run("create-all-jobs", "stage", "--plan").output


def test_prod_takes_nothing_over_without_a_yes(workplace: Workplace) -> None:
    install_earlier(workplace.world, "prod")
    choose_image(workplace.root("prod"), image_of("prod"))
    before = workplace.read_cloud()
    done = workplace.run("create-all-jobs", "prod", answer="no\n")
    assert done.status == 1
    assert f"To be taken over: {TAKEN_OVER}." in done.output
    assert before == workplace.read_cloud()
    assert not (workplace.root("prod") / "imports.tf").exists()


@pytest.mark.parametrize("name", ["stage", "prod"])
def test_a_lost_state_is_made_up_for_in_one_run(name: str, prepared: Workplace) -> None:
    """No conflict for an account, no second alert policy, channel or dashboard: all is as it was."""
    furnish_projects(prepared.world)
    choose_image(prepared.root(name), image_of(name))
    channels = {"notification_channels": {"on-call": {"type": "sms", "labels": {"number": "+15551234567"}}}}
    (prepared.root(name) / "channels.auto.tfvars.json").write_text(json.dumps(channels), encoding="utf-8")
    with (prepared.root(name) / f"{name}.tfvars").open("r+", encoding="utf-8") as file:
        values = file.read().replace("notification_channels = {}", "")
        file.seek(0)
        file.truncate()
        file.write(values)
    assert prepared.run("create-all-jobs", name, answer="yes\n").status == 0
    before = count_resources(prepared)
    (prepared.root(name) / "terraform.tfstate").unlink()
    done = prepared.run("create-all-jobs", name, answer="yes\n")
    assert done.status == 0
    assert before == count_resources(prepared)
    for noun in ("1 notification channel", "alert policies", "service accounts", "2 roles", "1 metric", "1 dashboard"):
        assert noun in done.output.partition("To be taken over: ")[2].partition("\n")[0]
    again = prepared.run("create-all-jobs", name)
    assert (0, True) == (again.status, "No changes." in again.output)


def test_the_file_is_plain_import_blocks() -> None:
    found = Existing(KINDS["google_logging_metric"], 'module.a.google_logging_metric.b["c"]', "project name")
    assert render_imports([found]).endswith(
        'import {\n  to = module.a.google_logging_metric.b["c"]\n  id = "project name"\n}\n'
    )


def test_kinds_are_counted_in_words() -> None:
    policy, role = KINDS["google_monitoring_alert_policy"], KINDS["google_project_iam_custom_role"]
    found = [Existing(kind, "", "") for kind in (policy, role, policy)]
    assert describe_takeover(found) == "1 role, 2 alert policies"
