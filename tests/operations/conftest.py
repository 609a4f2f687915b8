"""A workplace per test."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from sandbox.terraform.estate import NAMES, choose_image, image_of
from sandbox.terraform_provider.server import ProviderServer
from tests.support.workers import make_once
from tests.support.workplace import Workplace, open_workplace

# What --prepare is for: test shares stage's project.
OWNERS = ("stage", "prod")


@pytest.fixture
def workplace(tmp_path: Path, provider: ProviderServer) -> Workplace:
    """A copy of the checkout, and two empty projects."""
    return open_workplace(tmp_path, provider)


@pytest.fixture(scope="session")
def owners(tmp_path_factory: pytest.TempPathFactory, provider: ProviderServer) -> Path:
    """The cloud and the states in which stage and prod were prepared; once for all workers, to be copied."""
    with make_once(tmp_path_factory, "owners") as (folder, missing):
        if missing:
            workplace = open_workplace(tmp_path_factory.mktemp("owners"), provider)
            for name in OWNERS:
                assert workplace.run("create-all-jobs", name, "--prepare", answer="yes\n").status == 0
            folder.mkdir()
            shutil.copy(workplace.world.path, folder / "cloud.json")
            for name in OWNERS:
                shutil.copy(workplace.root(name) / "terraform.tfstate", folder / f"{name}.tfstate")
    return folder


@pytest.fixture
def prepared(owners: Path, workplace: Workplace, provider: ProviderServer) -> Workplace:
    """A workplace of the test's own, as after --prepare in stage and prod."""
    shutil.copy(owners / "cloud.json", workplace.world.path)
    for name in OWNERS:
        shutil.copy(owners / f"{name}.tfstate", workplace.root(name) / "terraform.tfstate")
    provider.service.world = workplace.world
    return workplace


@pytest.fixture
def installed(estate: Path, workplace: Workplace, provider: ProviderServer) -> Workplace:
    """A workplace of the test's own, as after an apply of every environment."""
    shutil.copy(estate / "cloud.json", workplace.world.path)
    for name in NAMES:
        shutil.copy(
            estate / "checkout" / "terraform" / "environments" / name / "terraform.tfstate", workplace.root(name)
        )
        choose_image(workplace.root(name), image_of(name))
    provider.service.world = workplace.world
    return workplace
