"""Terraform never learns what is in a secret: NFR-SJ-002."""

from __future__ import annotations

import json
import zipfile
from dataclasses import replace
from typing import Any

import pytest

from sandbox.terraform.estate import NAMES, list_kinds, list_resources, variables_of
from sandbox.terraform.harness import Terraform

CANARY = "canary-0123456789abcdef"


@pytest.mark.parametrize("name", NAMES)
def test_no_value_of_a_secret_is_a_resource_or_a_plain_variable(name: str, states: dict[str, Any]) -> None:
    """Versions are added by hand; jobs get references to them."""
    assert not {kind for kind in list_kinds(states[name]) if "secret_version" in kind}
    for job in list_resources(states[name], "google_cloud_run_v2_job").values():
        variables = job["template"][0]["template"][0]["containers"][0]["env"]
        keys = [each for each in variables if each["name"].endswith(("_KEY", "_TOKEN"))]
        assert [("", 1)] * len(keys) == [(each["value"] or "", len(each["value_source"])) for each in keys]


@pytest.mark.parametrize("name", ["prod"])
def test_a_key_in_the_environment_gets_into_neither_plan_nor_state(
    name: str, states: dict[str, Any], roots: dict[str, Terraform]
) -> None:
    """The person who applies may have the jobs' keys in the environment, even under Terraform's own prefix."""
    keys = ("CA_ROOT_API_KEY", "SUPABASE_ACCESS_TOKEN")
    given = {f"{prefix}{key}": CANARY for key in keys for prefix in ("", "TF_VAR_", "TF_VAR_".lower())}
    terraform = replace(roots[name], environment={**roots[name].environment, **given})
    terraform.plan(variables_of(name))
    terraform.apply(variables_of(name))
    written = [path.read_bytes() for path in terraform.folder.glob("*.tfstate*")]
    with zipfile.ZipFile(terraform.folder / "out.tfplan") as plan:
        written += [plan.read(member) for member in plan.namelist()]
    written.append(json.dumps(terraform.show()).encode())
    assert len(written) > 3
    assert [CANARY.encode() in content for content in written] == [False] * len(written)
