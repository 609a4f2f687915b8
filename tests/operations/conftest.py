"""A workplace per test."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from sandbox.terraform_provider.server import ProviderServer
from sandbox.workplace import Workplace, open_workplace


@pytest.fixture
def workplace(tmp_path: Path, provider: ProviderServer) -> Workplace:
    """A copy of the checkout, and two empty projects."""
    return open_workplace(tmp_path, provider)


@pytest.fixture(scope="session")
def owners(tmp_path_factory: pytest.TempPathFactory, provider: ProviderServer) -> Workplace:
    """A workplace in which stage and prod were prepared; it is copied, not used."""
    workplace = open_workplace(tmp_path_factory.mktemp("owners"), provider)
    for name in ("stage", "prod"):
        assert workplace.run("create-all-jobs", name, "--prepare", answer="yes\n").status == 0
    return workplace


@pytest.fixture
def prepared(owners: Workplace, workplace: Workplace, provider: ProviderServer) -> Workplace:
    """A workplace of the test's own, as after --prepare in stage and prod."""
    shutil.copy(owners.world.path, workplace.world.path)
    for name in ("stage", "prod"):
        shutil.copy(owners.root(name) / "terraform.tfstate", workplace.root(name))
    provider.service.world = workplace.world
    return workplace
