"""Least privilege: who may do what, as exact sets."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.terraform.estate import CATALOG, ENVIRONMENTS, JOBS, NAMES, list_kinds, list_resources
from tests.terraform.expected import PREFIXES, SCHEDULED, full_name

Grant = tuple[str, str, str]

KINDS = {
    "google_secret_manager_secret_iam_member": "secret_id",
    "google_cloud_run_v2_job_iam_member": "name",
    "google_project_iam_member": "project",
}


def expect_grants(environment: str) -> set[Grant]:
    """Account (without domain), role, object."""
    project, prefix = ENVIRONMENTS[environment]["project"], PREFIXES[environment]
    custom = f"projects/{project}/roles/{prefix.replace('-', '_')}"
    grants: set[Grant] = set()
    for name, job in JOBS.items():
        account, place = f"{prefix}-{name}", full_name(environment, name)
        for variable in job["secrets"]:
            grants.add((account, "roles/secretmanager.secretAccessor", secret_of(environment, variable)))
        if "quota-table" in job["grants"]:
            grants |= {(account, "roles/bigquery.jobUser", project), (account, f"{custom}_quota_deleter", project)}
        if job["overlap"] == "forbid":
            grants.add((account, f"{custom}_execution_reader", place))
        for seen in job["waits_for"]:
            grants.add((account, f"{custom}_execution_reader", full_name(environment, seen)))
        if name in SCHEDULED:
            grants.add((f"{prefix}-triggers", "roles/run.invoker", place))
    return grants


def secret_of(environment: str, variable: str) -> str:
    """What the secret behind a variable is called."""
    named: dict[str, str] = ENVIRONMENTS[environment]["secret_names"]
    return named.get(variable, f"{CATALOG['secrets'][variable]}{ENVIRONMENTS[environment]['secret_suffix']}")


def read_grants(state: Any) -> set[Grant]:
    return {
        (values["member"].removeprefix("serviceAccount:").partition("@")[0], values["role"], values[place])
        for kind, place in KINDS.items()
        for values in list_resources(state, kind).values()
    }


@pytest.mark.parametrize("environment", NAMES)
def test_nobody_may_do_anything_else(environment: str, states: dict[str, Any]) -> None:
    """The whole IAM table. The triggers' account has run.invoker, which allows no overrides, on scheduled jobs."""
    assert expect_grants(environment) == read_grants(states[environment])


@pytest.mark.parametrize("environment", NAMES)
def test_grants_are_made_in_no_other_way(environment: str, states: dict[str, Any]) -> None:
    """No binding or policy, which would take grants away from others, and none on anything else."""
    kinds = {kind for kind in list_kinds(states[environment]) if "_iam_" in kind}
    assert {*KINDS, "google_project_iam_custom_role"} == kinds


@pytest.mark.parametrize("environment", NAMES)
def test_one_account_per_job_and_one_for_the_triggers(environment: str, states: dict[str, Any]) -> None:
    prefix = PREFIXES[environment]
    accounts = list_resources(states[environment], "google_service_account").values()
    assert {f"{prefix}-{name}" for name in (*JOBS, "triggers")} == {account["account_id"] for account in accounts}
    jobs = list_resources(states[environment], "google_cloud_run_v2_job").values()
    tasks = [job["template"][0]["template"][0] for job in jobs]
    project = ENVIRONMENTS[environment]["project"]
    expected = {name: f"{prefix}-{name}@{project}.iam.gserviceaccount.com" for name in JOBS}
    assert expected == {task["containers"][0]["args"][0]: task["service_account"] for task in tasks}


@pytest.mark.parametrize("environment", NAMES)
def test_custom_roles_hold_just_what_is_needed(environment: str, states: dict[str, Any]) -> None:
    """A DELETE reads and writes rows; the overlap check reads executions."""
    role = PREFIXES[environment].replace("-", "_")
    expected = {
        f"{role}_quota_deleter": {"bigquery.tables.getData", "bigquery.tables.updateData"},
        f"{role}_execution_reader": {"run.executions.get", "run.executions.list"},
    }
    roles = list_resources(states[environment], "google_project_iam_custom_role").values()
    assert expected == {values["role_id"]: set(values["permissions"]) for values in roles}


@pytest.mark.parametrize("environment", NAMES)
def test_rows_may_be_deleted_from_the_quota_table_alone(environment: str, states: dict[str, Any]) -> None:
    """The condition holds before the table exists: bootstrap makes it later."""
    table = f"projects/{ENVIRONMENTS[environment]['project']}/datasets/organizations/tables/org_usage_quotas"
    expected = f'resource.type == "bigquery.googleapis.com/Table" && resource.name == "{table}"'
    conditions = {
        values["role"].rpartition("/")[2]: [condition["expression"] for condition in values["condition"]]
        for values in list_resources(states[environment], "google_project_iam_member").values()
    }
    role = f"{PREFIXES[environment].replace('-', '_')}_quota_deleter"
    assert {role: [expected], "bigquery.jobUser": []} == conditions
