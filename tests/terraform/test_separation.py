"""Environments do not touch each other, and no secret's value is anywhere."""

from __future__ import annotations

import json
from typing import Any

from sandbox.terraform.estate import CATALOG, ENVIRONMENTS, JOBS, NAMES, list_resources
from sandbox.terraform.harness import Terraform
from sandbox.terraform_provider.installation import CHECKOUT

# What a person sees the object by; grants have no name.
NAME_ATTRIBUTES = ("account_id", "role_id", "secret_id", "repository_id", "service", "display_name", "name")
ROOTS = CHECKOUT / "terraform" / "environments"


def names_of(state: Any) -> set[str]:
    """The names of everything that the environment owns."""
    names = set()
    for address, values in list_resources(state).items():
        title = json.loads(values.get("dashboard_json", "{}")).get("displayName")
        found = [title, *(values.get(attribute) for attribute in NAME_ATTRIBUTES)]
        if "_iam_member." not in address:
            names.add(next((name for name in found if name), address))
    return names


def test_test_and_stage_share_no_name_of_anything_they_own(states: dict[str, Any]) -> None:
    """They share a project: FR-SJ-006.3."""
    assert set() == names_of(states["test"]) & names_of(states["stage"])
    assert len(names_of(states["test"])) > 2 * len(JOBS)


def test_each_project_is_owned_once(plans: dict[str, Any]) -> None:
    """The owner alone makes registry, secrets and APIs; a second one would fail, or take them along when destroyed."""
    owners = {name: bool(list_resources(plans[name], "google_artifact_registry_repository")) for name in NAMES}
    assert owners == {"stage": True, "test": False, "prod": True}
    kinds = ("google_secret_manager_secret", "google_project_service", "google_artifact_registry_repository")
    assert [address for kind in kinds for address in list_resources(plans["test"], kind)] == []


def test_the_owner_makes_the_secrets_of_all_environments_of_the_project(plans: dict[str, Any]) -> None:
    """NFR-SJ-002.1, NFR-SJ-002.2, FR-SJ-006.3, FR-SJ-006.4."""
    for environment, suffix in (("stage", "-test"), ("prod", "-prod")):
        secrets = list_resources(plans[environment], "google_secret_manager_secret").values()
        expected = {f"{name}{suffix}" for name in CATALOG["secrets"].values()}
        assert expected == {secret["secret_id"] for secret in secrets}


def test_terraform_never_learns_a_secrets_value(plans: dict[str, Any], states: dict[str, Any]) -> None:
    """Only references: nothing that holds a value is made, read or given."""
    for document in (*plans.values(), *states.values()):
        text = json.dumps(document)
        assert "google_secret_manager_secret_version" not in text
        assert "secret_data" not in text
        assert '"mode": "data"' not in text
    given = {name for plan in plans.values() for name in plan["variables"]}
    optional = {"encryption_key", "labels", "notification_channels", "vpc_egress"}
    assert {"environment", "image", "project", *optional} == given


def test_the_three_roots_differ_in_backend_and_values_alone() -> None:
    """A difference between environments belongs in environments.json."""
    for name in ("main.tf", "outputs.tf", "variables.tf"):
        assert len({(ROOTS / environment / name).read_text() for environment in NAMES}) == 1
    expected = {"backend.tf", "main.tf", "outputs.tf", "variables.tf"}
    assert {"test": expected, "stage": expected, "prod": expected} == {
        environment: {path.name for path in (ROOTS / environment).glob("*.tf")} for environment in NAMES
    }


def test_each_environment_keeps_its_state_in_its_projects_bucket() -> None:
    """A backend takes no variables, so its literals are compared with environments.json."""
    for environment in NAMES:
        text = (ROOTS / environment / "backend.tf").read_text()
        assert f'bucket = "{ENVIRONMENTS[environment]["project"]}-terraform-state"' in text
        assert f'prefix = "cloudact-jobs/{environment}"' in text


def test_no_data_source_needs_credentials_to_plan(roots: dict[str, Terraform]) -> None:
    """With the real provider too, a plan on an empty state calls no API."""
    texts = [path.read_text() for path in (CHECKOUT / "terraform").rglob("*.tf")]
    assert [text for text in texts if '\ndata "' in text] == []
