"""Terraform on the example, in a world that has what the example needs."""

from __future__ import annotations

from pathlib import Path

import pytest

from sandbox.terraform.harness import Terraform, build_environment
from sandbox.terraform_provider.installation import WORLD_FILE
from sandbox.terraform_provider.server import ProviderServer
from sandbox.terraform_provider.world import World
from tests.sandbox.terraform_provider.example import APIS, CONFIGURATION, IMAGE, PROJECT, Open, rewrite


@pytest.fixture
def open_configuration(tmp_path: Path, provider: ProviderServer) -> Open:
    """Opens Terraform on a configuration with replacements, in a world that has what CONFIGURATION needs."""

    def open_it(*replacements: tuple[str, str], text: str = CONFIGURATION) -> Terraform:
        folder = tmp_path / "root"
        folder.mkdir(exist_ok=True)
        world = World(tmp_path / WORLD_FILE)
        terraform = Terraform(folder, world, build_environment(tmp_path, world, provider), provider)
        with terraform.world.change() as cloud:
            cloud.add_project(PROJECT, apis=APIS)
            cloud.add_secret(PROJECT, "key", versions=["1"])
            cloud.images = [IMAGE]
        rewrite(terraform, *replacements, text=text)
        return terraform

    return open_it
