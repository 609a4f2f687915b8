"""From the first plan to the destroy, with drift, imports and data sources on the way."""

from __future__ import annotations

import pytest

from sandbox.terraform.harness import TerraformError
from tests.sandbox.terraform_provider.example import (
    ACCOUNT,
    JOB,
    PROJECT,
    PROVIDER,
    Open,
    find_planned,
    list_changes,
    rewrite,
)


def test_a_plan_shows_defaults_and_what_is_known_before_the_apply(open_configuration: Open) -> None:
    """Defaults and the provider's project are filled in; a service account's e-mail is known, an id is not."""
    plan = open_configuration(("  deletion_protection = false\n", "")).plan()
    job = find_planned(plan, "google_cloud_run_v2_job")
    task = job["after"]["template"][0]["template"][0]
    labels = {"team": "shop", "goog-terraform-provisioned": "true"}
    assert (job["after"]["deletion_protection"], job["after"]["project"], task["max_retries"]) == (True, PROJECT, 3)
    assert (job["after"]["effective_labels"], task["service_account"]) == (labels, ACCOUNT)
    assert (job["after_unknown"]["id"], job["after_unknown"]["uid"]) == (True, True)
    trigger = find_planned(plan, "google_cloud_scheduler_job")["after"]
    assert (trigger["region"], trigger["time_zone"], trigger["attempt_deadline"]) == ("us-central1", "Etc/UTC", None)


def test_a_second_plan_is_empty_and_a_destroy_leaves_nothing(open_configuration: Open) -> None:
    """What was applied is what was planned, and goes again."""
    terraform = open_configuration()
    terraform.apply()
    assert list_changes(terraform.plan()) == {}
    terraform.destroy()
    left = terraform.world.load().resources
    assert {kind for kind, found in left.items() if found} == {"google_project_service", "google_secret_manager_secret"}


def test_some_changes_update_and_others_replace(open_configuration: Open) -> None:
    """A timeout is changed in place; a new name is a new job."""
    terraform = open_configuration()
    terraform.apply()
    rewrite(terraform, ('"900s"', '"600s"'), ('"nightly"\n  sch', '"daily"\n  sch'))
    assert list_changes(terraform.plan()) == {
        "google_cloud_run_v2_job.sweep": ["update"],
        "google_cloud_scheduler_job.nightly": ["delete", "create"],
    }


def test_deletion_protection_is_checked_from_the_state(open_configuration: Open) -> None:
    """Switching it off in the configuration is not enough: it has to be applied first."""
    protected = ("deletion_protection = false", "deletion_protection = true")
    terraform = open_configuration(protected)
    terraform.apply()
    rewrite(terraform)
    with pytest.raises(TerraformError, match="without setting deletion_protection=false"):
        terraform.destroy()
    terraform.apply()
    terraform.destroy()


def test_drift_shows_in_the_next_plan(open_configuration: Open) -> None:
    """What others wrote is put back, what others removed is made again, with the bindings that went with it."""
    terraform = open_configuration()
    terraform.apply()
    with terraform.world.change() as cloud:
        cloud.resources["google_cloud_run_v2_job"][JOB]["client"] = "gcloud"
        cloud.remove("google_service_account", f"projects/{PROJECT}/serviceAccounts/{ACCOUNT}")
    assert list_changes(terraform.plan()) == {
        "google_cloud_run_v2_job.sweep": ["update"],
        "google_service_account.sweeper": ["create"],
    }


@pytest.mark.parametrize("identifier", [JOB, "us-central1/sweep", "sweep"])
def test_what_exists_can_be_imported(open_configuration: Open, identifier: str) -> None:
    """By its full id or by the end of it; the rest comes from the provider's project and region."""
    terraform = open_configuration()
    terraform.apply()
    terraform.run("state", "rm", "google_cloud_run_v2_job.sweep")
    terraform.run("import", "-no-color", "google_cloud_run_v2_job.sweep", identifier)
    change = find_planned(terraform.plan(), "google_cloud_run_v2_job")
    differing = {name for name, value in change["after"].items() if value != change["before"][name]}
    assert (change["actions"], differing) == (["update"], {"deletion_protection", "terraform_labels"})


def test_what_does_not_exist_cannot_be_imported(open_configuration: Open) -> None:
    """An import never makes anything."""
    terraform = open_configuration()
    with pytest.raises(TerraformError, match="Cannot import non-existent remote object"):
        terraform.run("import", "-no-color", "google_service_account.sweeper", f"projects/{PROJECT}/serviceAccounts/no")


def test_data_sources_read_the_world(open_configuration: Open) -> None:
    """A project has its number; a secret that does not exist is an error."""
    data = 'data "google_project" "p" {}\ndata "google_secret_manager_secret" "s" {\n  secret_id = "key"\n}\n'
    outputs = (
        'output "id" {\n  value = "${data.google_project.p.project_id}/${data.google_secret_manager_secret.s.id}"\n}\n'
    )
    terraform = open_configuration(text=PROVIDER + data + outputs)
    planned = terraform.plan()["planned_values"]["outputs"]["id"]["value"]
    assert planned == f"{PROJECT}/projects/{PROJECT}/secrets/key"
    rewrite(terraform, ('"key"', '"none"'), text=PROVIDER + data)
    with pytest.raises(TerraformError, match="secrets/none was not found"):
        terraform.plan()


def test_terraform_test_plans_and_applies(open_configuration: Open) -> None:
    """Run blocks see planned and applied values, and leave nothing behind."""
    terraform = open_configuration()
    assertion = 'assert {\n condition = %s\n error_message = "it is not"\n }\n'
    planned = assertion % 'google_cloud_run_v2_job.sweep.name == "sweep"'
    applied = assertion % f'google_cloud_run_v2_job.sweep.id == "{JOB}"'
    text = f'run "plans" {{\n command = plan\n {planned}}}\nrun "applies" {{\n {applied}}}\n'
    (terraform.folder / "main.tftest.hcl").write_text(text, encoding="utf-8")
    assert "2 passed, 0 failed" in terraform.test()
    assert terraform.world.load().find("google_cloud_run_v2_job", JOB) is None
