"""The stand-in plans what the real provider planned, attribute by attribute.

recorded/plan.json is what hashicorp/google 7.45.0 planned under Terraform 1.11.4 on an empty state.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sandbox.terraform.harness import open_folder
from sandbox.terraform_provider.schema import load_schema
from sandbox.terraform_provider.server import ProviderServer

RECORDED = Path(__file__).with_name("recorded")
REAL: dict[str, Any] = json.loads((RECORDED / "plan.json").read_text(encoding="utf-8"))["resources"]


@pytest.fixture(scope="module")
def planned(tmp_path_factory: pytest.TempPathFactory, provider: ProviderServer) -> dict[str, Any]:
    """What the stand-in plans for the same configuration."""
    folder = tmp_path_factory.mktemp("recorded")
    shutil.copytree(RECORDED, folder, dirs_exist_ok=True)
    terraform = open_folder(folder, folder, provider)
    with terraform.world.change() as cloud:
        cloud.add_project("cloudact-testing-1")
    terraform.init()
    return {change["address"]: change["change"] for change in terraform.plan()["resource_changes"]}


def list_leaves(value: object, path: str = "") -> Iterator[tuple[str, object]]:
    """Every value with its path; an empty list or object is one too."""
    if isinstance(value, dict) and value:
        for name, item in value.items():
            yield from list_leaves(item, f"{path}.{name}")
    elif isinstance(value, list) and value:
        for index, item in enumerate(value):
            yield from list_leaves(item, f"{path}[{index}]")
    else:
        yield path, value


@pytest.mark.parametrize("address", REAL)
def test_every_attribute_is_planned_as_the_real_provider_does(address: str, planned: dict[str, Any]) -> None:
    """Its value, that it has none, or that it is not known yet."""
    known, unknown = planned[address]["after"], planned[address]["after_unknown"]
    assert dict(list_leaves(REAL[address]["after"])) == dict(list_leaves(known))
    assert dict(list_leaves(REAL[address]["after_unknown"])) == dict(list_leaves(unknown))


def test_every_resource_was_recorded(planned: dict[str, Any]) -> None:
    """Nothing in the configuration is left out of the comparison."""
    assert set(REAL) == set(planned)
    assert {address.partition(".")[0] for address in REAL} <= set(load_schema().resources)
