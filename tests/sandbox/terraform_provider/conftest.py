"""Terraform on the example, in a world that has what the example needs."""

from __future__ import annotations

from pathlib import Path

import pytest

from sandbox.terraform.harness import Terraform, open_folder
from sandbox.terraform_provider.server import ProviderServer
from tests.sandbox.terraform_provider.example import APIS, CONFIGURATION, IMAGE, PROJECT, Open, rewrite


@pytest.fixture
def open_configuration(tmp_path: Path, provider: ProviderServer) -> Open:
    """Opens Terraform on a configuration with replacements, in a world that has what CONFIGURATION needs."""

    def open_it(*replacements: tuple[str, str], text: str = CONFIGURATION) -> Terraform:
        folder = tmp_path / "root"
        folder.mkdir(exist_ok=True)
        terraform = open_folder(folder, tmp_path, provider)
        with terraform.world.change() as cloud:
            cloud.add_project(PROJECT, apis=APIS)
            cloud.add_secret(PROJECT, "key", versions=["1"])
            cloud.images = [IMAGE]
        rewrite(terraform, *replacements, text=text)
        terraform.init()
        return terraform

    return open_it
