"""Terraform on the example, in a world that has what the example needs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.terraform.harness import Terraform, open_folder, serve_provider
from sandbox.terraform_provider.server import ProviderServer
from tests.sandbox.terraform_provider.example import APIS, CONFIGURATION, IMAGE, PROJECT, Open, rewrite


@pytest.fixture(scope="module")
def server() -> Iterator[ProviderServer]:
    """One provider for all commands of this module."""
    with serve_provider() as running:
        yield running


@pytest.fixture
def open_configuration(tmp_path: Path, server: ProviderServer) -> Open:
    """Opens Terraform on a configuration with replacements, in a world that has what CONFIGURATION needs."""

    def open_it(*replacements: tuple[str, str], text: str = CONFIGURATION) -> Terraform:
        folder = tmp_path / "root"
        folder.mkdir(exist_ok=True)
        terraform = open_folder(folder, tmp_path, server)
        with terraform.world.change() as cloud:
            cloud.add_project(PROJECT, apis=APIS)
            cloud.add_secret(PROJECT, "key", versions=["1"])
            cloud.images = [IMAGE]
        rewrite(terraform, *replacements, text=text)
        terraform.init()
        return terraform

    return open_it
