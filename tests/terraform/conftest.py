"""Plans and states of all environments, made once per worker."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from sandbox.terraform.estate import NAMES, found_projects, furnish_projects, open_environment, variables_of
from sandbox.terraform.harness import Terraform, serve_provider
from sandbox.terraform_provider.server import ProviderServer

Documents = dict[str, Any]


@pytest.fixture(scope="session")
def provider() -> Iterator[ProviderServer]:
    """The stand-in provider, for many commands."""
    with serve_provider() as server:
        yield server


@pytest.fixture(scope="session")
def roots(tmp_path_factory: pytest.TempPathFactory, provider: ProviderServer) -> dict[str, Terraform]:
    """All environments, initialized, with new projects that hold what people add to them."""
    folder = tmp_path_factory.mktemp("estate")
    opened = {name: open_environment(name, folder, provider) for name in NAMES}
    found_projects(opened["stage"].world)
    furnish_projects(opened["stage"].world)
    return opened


@pytest.fixture(scope="session")
def plans(roots: dict[str, Terraform]) -> Documents:
    """What Terraform plans for each environment that does not exist yet."""
    return {name: terraform.plan(variables_of(name)) for name, terraform in roots.items()}


@pytest.fixture(scope="session")
def states(plans: Documents, roots: dict[str, Terraform]) -> Documents:
    """What there is after each environment was applied, all in one cloud."""
    for terraform in roots.values():
        terraform.apply("out.tfplan")
    return {name: terraform.show() for name, terraform in roots.items()}
