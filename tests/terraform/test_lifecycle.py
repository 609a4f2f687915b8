"""Apply, apply again, drift, destroy: what changes and what is protected."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from operations.terraform.kinds import KINDS
from sandbox.terraform.estate import (
    ENVIRONMENTS,
    JOBS,
    NAMES,
    list_kinds,
    list_resources,
    variables_of,
)
from sandbox.terraform.harness import Terraform, TerraformError
from sandbox.terraform_provider.server import ProviderServer
from tests.estate import Documents, open_copy
from tests.terraform.expected import SCHEDULED, full_name, trigger_name

PROJECT_KINDS = {"google_project_service", "google_artifact_registry_repository", "google_secret_manager_secret"}


def list_changes(terraform: Terraform, name: str) -> dict[str, list[str]]:
    plan = terraform.plan(variables_of(name))
    actions = {change["address"]: change["change"]["actions"] for change in plan["resource_changes"]}
    return {address: action for address, action in actions.items() if action != ["no-op"]}


@pytest.fixture
def applied(estate: Path, tmp_path: Path, provider: ProviderServer) -> dict[str, Terraform]:
    """Environments of a separate cloud, since the tests below take them apart."""
    return open_copy(estate, tmp_path, provider)


@pytest.mark.parametrize("environment", NAMES)
def test_a_second_plan_is_empty(environment: str, roots: dict[str, Terraform]) -> None:
    assert list_changes(roots[environment], environment) == {}


def test_what_bin_pause_and_gcloud_write_is_left_alone(applied: dict[str, Terraform]) -> None:
    """A paused trigger stays paused, with its reason, and is no change at all, not of an output either."""
    with applied["stage"].world.change() as cloud:
        for trigger in cloud.list_all("google_cloud_scheduler_job"):
            trigger |= {"paused": True, "state": "PAUSED", "description": "Paused: an incident"}
        for job in cloud.list_all("google_cloud_run_v2_job"):
            job |= {"client": "gcloud", "client_version": "528.0.0"}
    # Exit status 2, which is an error here, would mean a change.
    applied["stage"].run("plan", "-no-color", "-detailed-exitcode", variables_of("stage"))


def refuse(terraform: Terraform, *command: str) -> str:
    """What Terraform says, without its line breaks."""
    with pytest.raises(TerraformError) as refused:
        terraform.run(*command)
    return " ".join(str(refused.value).split())


def list_guards(message: str) -> list[str]:
    """What each refusing guard stands for."""
    return sorted(re.findall(r'terraform_data\.guard\["([^"]+)"\] has lifecycle\.prevent_destroy', message))


def test_destroying_leaves_what_is_protected(applied: dict[str, Terraform]) -> None:
    """Test goes whole; stage keeps what its project shares, which it refuses to lose; prod refuses before anything."""
    applied["test"].destroy(variables_of("test"))
    assert list_resources(applied["test"].show()) == {}

    own = ("-target=module.environment.module.jobs", "-target=module.environment.module.alerts")
    message = refuse(applied["stage"], "destroy", "-no-color", "-auto-approve", variables_of("stage"))
    kept = re.findall(r"Resource \S+project\[0\]\.(\w+)\S* has lifecycle\.prevent_destroy", message)
    secrets = len(list_resources(applied["stage"].show(), "google_secret_manager_secret"))
    assert ["google_artifact_registry_repository", *["google_secret_manager_secret"] * secrets] == sorted(kept)
    applied["stage"].destroy(variables_of("stage"), *own)
    assert list_kinds(applied["stage"].show()) == PROJECT_KINDS

    before = applied["prod"].world.path.read_bytes()
    for targets in (own, own[:1], [f"-target={own[0][8:]}.google_cloud_scheduler_job.trigger"]):
        message = refuse(applied["prod"], "destroy", "-no-color", "-auto-approve", variables_of("prod"), *targets)
        assert list_guards(message)
    assert before == applied["prod"].world.path.read_bytes()


def change_catalog(terraform: Terraform, name: str, change: Callable[[Any], None]) -> None:
    """Has `change` edit one of the two catalogs beside the root."""
    path = terraform.folder.parents[2] / name
    document = json.loads(path.read_text(encoding="utf-8"))
    change(document)
    path.write_text(json.dumps(document), encoding="utf-8")


# Those that no other job waits for: it could not be dropped alone.
FREE = [name for name in SCHEDULED if not any(name in job["waits_for"] for job in JOBS.values())]


def take_jobs_away(catalog: Any) -> None:
    """Three jobs, each in another way: by its name in the cloud, by its short name, out of the catalog."""
    renamed, relabeled, dropped = (find(catalog, name) for name in FREE[:3])
    renamed["cloud_run_job"] = relabeled["name"] = "renamed"
    catalog["jobs"].remove(dropped)


@pytest.mark.parametrize(
    ("catalog", "change", "lost"),
    [
        ("jobs.json", take_jobs_away, FREE[:3]),
        ("environments.json", lambda d: d["prod"].update(region="europe-west1"), list(JOBS)),
        ("environments.json", lambda d: d["prod"].update(name_prefix="other"), list(JOBS)),
    ],
    ids=["jobs", "region", "prefix"],
)
def test_a_plan_that_would_take_a_protected_job_away_is_refused(
    catalog: str, change: Callable[[Any], None], lost: list[str], roots: dict[str, Terraform], states: Documents
) -> None:
    """Its trigger and its grants would go first, and then Cloud Run would refuse to delete the job."""
    original = (roots["prod"].folder.parents[2] / catalog).read_text(encoding="utf-8")
    try:
        change_catalog(roots["prod"], catalog, change)
        message = refuse(roots["prod"], "plan", "-no-color", variables_of("prod"))
    finally:
        (roots["prod"].folder.parents[2] / catalog).write_text(original, encoding="utf-8")
    place = f"projects/{ENVIRONMENTS['prod']['project']}/locations/{ENVIRONMENTS['prod']['region']}/jobs"
    jobs = [f"{name} job {place}/{full_name('prod', name)}" for name in lost]
    triggers = [f"{name} trigger {place}/{trigger_name('prod', name)}" for name in lost if name in SCHEDULED]
    assert sorted(jobs + triggers) == list_guards(message)
    assert states["prod"] == roots["prod"].show()


def find(document: Any, name: str) -> Any:
    return next(job for job in document["jobs"] if job["name"] == name)


def test_a_trigger_can_be_given_to_a_protected_job_but_not_taken(
    roots: dict[str, Terraform], states: Documents
) -> None:
    """More is always possible."""
    by_hand = next(name for name in JOBS if name not in SCHEDULED)
    original = (roots["prod"].folder.parents[2] / "jobs.json").read_text(encoding="utf-8")
    assert states["prod"]
    try:
        change_catalog(roots["prod"], "jobs.json", lambda d: find(d, by_hand).update(cron="0 5 * * *"))
        assert ["create"] in list_changes(roots["prod"], "prod").values()
        change_catalog(roots["prod"], "jobs.json", lambda d: find(d, FREE[0]).update(cron=None))
        message = refuse(roots["prod"], "plan", "-no-color", variables_of("prod"))
    finally:
        (roots["prod"].folder.parents[2] / "jobs.json").write_text(original, encoding="utf-8")
    assert [trigger_name("prod", FREE[0])] == [guard.rpartition("/")[2] for guard in list_guards(message)]


def test_notification_channels_can_be_renamed_and_removed(applied: dict[str, Terraform]) -> None:
    """The policies let go of the old one before it is deleted, which the API would refuse otherwise."""
    stage = applied["stage"]
    # One is renamed while another is removed, then the last one is removed.
    for channels in (["first", "second"], ["renamed"], []):
        given = {name: {"type": "sms", "labels": {"number": "+15551234567"}} for name in channels}
        # The rest of the environment has no part in it.
        alerts = "-target=module.environment.module.alerts"
        stage.apply(variables_of("stage"), f"-var=notification_channels={json.dumps(given)}", alerts)
        state = stage.show()
        found = list_resources(state, "google_monitoring_notification_channel").values()
        assert [f"cloudact: {name}" for name in channels] == sorted(channel["display_name"] for channel in found)
        policies = list_resources(state, "google_monitoring_alert_policy").values()
        assert policies
        ids = {channel["id"] for channel in found}
        assert all(set(policy["notification_channels"] or []) == ids for policy in policies)


def test_whatever_is_not_made_twice_is_looked_for_before(states: Documents) -> None:
    """Else a lost state would end in a conflict or in a second one; a grant and an enabled API bear it."""
    made = {kind for state in states.values() for kind in list_kinds(state)} - {"terraform_data"}
    once = {kind for kind in made if not kind.endswith("_iam_member")} - {"google_project_service"}
    # Channels are named in nobody's var-file yet.
    assert once | {"google_monitoring_notification_channel"} == set(KINDS)
