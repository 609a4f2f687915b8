"""What Terraform plans and applies of all environments: made once for all workers."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sandbox.terraform.estate import NAMES, create_projects, fill_projects, open_environment, variables_of
from sandbox.terraform.harness import Terraform, open_root, serve_provider
from sandbox.terraform_provider.server import ProviderServer
from tests.support.workers import make_once

Documents = dict[str, Any]


@pytest.fixture(scope="session")
def provider() -> Iterator[ProviderServer]:
    """The stand-in provider, for many commands of one worker."""
    with serve_provider() as server:
        yield server


@pytest.fixture(scope="session")
def estate(tmp_path_factory: pytest.TempPathFactory, provider: ProviderServer) -> Path:
    """A folder with the applied roots, their cloud, the plans and the states; to be copied, not used."""
    with make_once(tmp_path_factory, "estate") as (folder, missing):
        if missing:
            unfinished = tmp_path_factory.mktemp("estate")
            apply_all(unfinished, provider)
            shutil.move(unfinished, folder)
    return folder


def apply_all(folder: Path, provider: ProviderServer) -> None:
    """Each environment is planned before any is applied, all in one cloud of new projects."""
    opened = {name: open_environment(name, folder, provider) for name in NAMES}
    create_projects(opened["stage"].world)
    fill_projects(opened["stage"].world)
    plans = {name: terraform.plan(variables_of(name)) for name, terraform in opened.items()}
    for terraform in opened.values():
        terraform.apply("out.tfplan")
    states = {name: terraform.show() for name, terraform in opened.items()}
    (folder / "plans.json").write_text(json.dumps(plans), encoding="utf-8")
    (folder / "states.json").write_text(json.dumps(states), encoding="utf-8")


def open_copy(estate: Path, folder: Path, provider: ProviderServer) -> dict[str, Terraform]:
    """All environments, applied, in a cloud of the test's own."""
    shutil.copytree(estate / "checkout", folder / "checkout")
    shutil.copy(estate / "cloud.json", folder)
    return {name: open_root(f"environments/{name}", folder, provider) for name in NAMES}


@pytest.fixture(scope="session")
def roots(estate: Path, tmp_path_factory: pytest.TempPathFactory, provider: ProviderServer) -> dict[str, Terraform]:
    """All environments, applied; for tests that only plan."""
    return open_copy(estate, tmp_path_factory.mktemp("roots"), provider)


@pytest.fixture(scope="session")
def plans(estate: Path) -> Documents:
    """What Terraform plans for each environment that does not exist yet."""
    return dict(json.loads((estate / "plans.json").read_text(encoding="utf-8")))


@pytest.fixture(scope="session")
def states(estate: Path) -> Documents:
    """What there is after each environment was applied, as `terraform show -json` says it."""
    return dict(json.loads((estate / "states.json").read_text(encoding="utf-8")))
