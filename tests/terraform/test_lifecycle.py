"""Apply, apply again, drift, destroy: what changes and what is protected."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from sandbox.terraform.estate import NAMES, list_kinds, list_resources, variables_of
from sandbox.terraform.harness import Terraform, TerraformError
from sandbox.terraform_provider.server import ProviderServer
from tests.estate import open_copy

PROJECT_KINDS = {"google_project_service", "google_artifact_registry_repository", "google_secret_manager_secret"}


def list_changes(terraform: Terraform, name: str) -> dict[str, list[str]]:
    plan = terraform.plan(variables_of(name))
    actions = {change["address"]: change["change"]["actions"] for change in plan["resource_changes"]}
    return {address: action for address, action in actions.items() if action != ["no-op"]}


@pytest.fixture
def applied(estate: Path, tmp_path: Path, provider: ProviderServer) -> dict[str, Terraform]:
    """Environments of a cloud of their own, since the tests below take them apart."""
    return open_copy(estate, tmp_path, provider)


@pytest.mark.parametrize("environment", NAMES)
def test_a_second_plan_is_empty(environment: str, roots: dict[str, Terraform]) -> None:
    assert list_changes(roots[environment], environment) == {}


def test_what_bin_pause_and_gcloud_write_is_left_alone(applied: dict[str, Terraform]) -> None:
    """A paused trigger stays paused, with its reason, through an apply; who changed a job last is no drift."""
    with applied["stage"].world.change() as cloud:
        for trigger in cloud.list_all("google_cloud_scheduler_job"):
            trigger |= {"paused": True, "state": "PAUSED", "description": "Paused: an incident"}
        for job in cloud.list_all("google_cloud_run_v2_job"):
            job |= {"client": "gcloud", "client_version": "528.0.0"}
    assert list_changes(applied["stage"], "stage") == {}


def test_destroying_leaves_what_is_protected(applied: dict[str, Terraform]) -> None:
    """Test goes whole; stage keeps what its project shares, which it refuses to lose; prod keeps its jobs as well."""
    applied["test"].destroy(variables_of("test"))
    assert list_resources(applied["test"].show()) == {}

    own = ("-target=module.environment.module.jobs", "-target=module.environment.module.alerts")
    with pytest.raises(TerraformError) as refused:
        applied["stage"].destroy(variables_of("stage"))
    kept = re.findall(r"Resource\s+\S+project\[0\]\.(\w+)\S*\s+has\s+lifecycle\.prevent_destroy", str(refused.value))
    assert ["google_artifact_registry_repository", *["google_secret_manager_secret"] * 2] == sorted(kept)
    applied["stage"].destroy(variables_of("stage"), *own)
    assert list_kinds(applied["stage"].show()) == PROJECT_KINDS

    with pytest.raises(TerraformError, match="cannot destroy job without setting deletion_protection=false"):
        applied["prod"].destroy(variables_of("prod"), *own)
    assert len(list_resources(applied["prod"].show(), "google_cloud_run_v2_job")) == 8
