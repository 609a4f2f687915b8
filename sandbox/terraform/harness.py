"""Runs Terraform on a copy of the configuration, with the stand-in provider and with local state."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sandbox.http_server import serve
from sandbox.terraform.inventory import build_inventory
from sandbox.terraform_provider.installation import CHECKOUT, VERSION, WORLD_FILE, WORLD_VARIABLE, install
from sandbox.terraform_provider.schema import PROVIDER_SOURCE
from sandbox.terraform_provider.server import ProviderServer
from sandbox.terraform_provider.service import ProviderService
from sandbox.terraform_provider.world import World

PROVIDER_DESCRIPTION = (
    f"hashicorp/google {VERSION}, a stand-in (sandbox/terraform_provider): no cloud is read or changed"
)

_LOCAL_STATE = 'terraform {\n  backend "local" {}\n}\n'
_NOT_COPIED = shutil.ignore_patterns(".terraform", ".terraform.lock.hcl", "*.tfstate*", "*.tfplan")
# What would lead Terraform or the provider away from the copy, or to a real account.
_FOREIGN_VARIABLES = ("TF_", "GOOGLE_", "GCLOUD_", "CLOUDSDK_")
_COMMAND_TIMEOUT_SECONDS = 120


class TerraformError(Exception):
    """A Terraform command failed; the text is all that it printed."""


@dataclass(frozen=True, slots=True)
class Terraform:
    """Terraform in one folder, for one world: each command runs there and sees what exists in the world's file."""

    folder: Path
    world: World
    environment: Mapping[str, str]
    server: ProviderServer | None = field(default=None, repr=False)

    def run(self, *arguments: str) -> str:
        """The command's standard output. Raises TerraformError."""
        if self.server is not None:
            self.server.service.world = self.world
        done = subprocess.run(
            ["terraform", *arguments],
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=_COMMAND_TIMEOUT_SECONDS,
            check=False,
        )
        if done.returncode != 0:
            raise TerraformError(f"terraform {' '.join(arguments)}\n{done.stdout}\n{done.stderr}")
        return done.stdout

    def init(self) -> None:
        """Installs the modules and the provider."""
        self.run("init", "-no-color")

    def validate(self) -> None:
        """Checks the configuration without variables or world."""
        self.run("validate", "-no-color")

    def plan(self, *arguments: str) -> Any:
        """The plan in Terraform's JSON form; the world stays as it is, and `apply("out.tfplan")` would carry it out."""
        self.run("plan", "-no-color", "-out=out.tfplan", *arguments)
        return json.loads(self.run("show", "-json", "out.tfplan"))

    def apply(self, *arguments: str) -> None:
        """Carries out what is planned."""
        self.run("apply", "-no-color", "-auto-approve", *arguments)

    def show(self) -> Any:
        """The state in Terraform's JSON form."""
        return json.loads(self.run("show", "-json"))

    def destroy(self, *arguments: str) -> None:
        """Removes everything that is not protected."""
        self.run("destroy", "-no-color", "-auto-approve", *arguments)

    def test(self, *arguments: str) -> str:
        """The report of `terraform test`."""
        return self.run("test", "-no-color", *arguments)


@contextmanager
def serve_provider() -> Iterator[ProviderServer]:
    """A provider in this process for many commands, one after the other: three times as fast as one process each.

    Beside it what exists in its world is listed, for commands that look before they plan.
    """
    server = ProviderServer(ProviderService(World(Path(os.devnull))))
    try:
        with serve(build_inventory(lambda: server.service.world)) as inventory:
            server.inventory_url = inventory.url
            yield server
    finally:
        server.close()


def open_root(root: str, target: Path, server: ProviderServer | None = None) -> Terraform:
    """Terraform in a copy of a folder below `terraform/`, e.g. "environments/stage"; the copy is made in `target`.

    Several roots may be opened in one target: they share the copy and the world, `target/cloud.json`.
    """
    copy = target / "checkout"
    if not copy.exists():
        shutil.copytree(CHECKOUT / "terraform", copy / "terraform", ignore=_NOT_COPIED)
        for catalog in CHECKOUT.glob("*.json"):
            shutil.copy(catalog, copy)
    return open_folder(copy / "terraform" / root, target, server)


def open_folder(folder: Path, target: Path, server: ProviderServer | None = None) -> Terraform:
    """Terraform in this very folder, which keeps the state; the world and the provider's mirror are in `target`."""
    (folder / "backend_override.tf").write_text(_LOCAL_STATE, encoding="utf-8")
    world = World(target / WORLD_FILE)
    return Terraform(folder, world, build_environment(target, world, server), server)


def build_environment(target: Path, world: World, server: ProviderServer | None = None) -> dict[str, str]:
    """The environment in which Terraform and its caller use the stand-in, and nothing of this machine's."""
    environment = {name: text for name, text in os.environ.items() if not name.startswith(_FOREIGN_VARIABLES)}
    environment |= {
        "CHECKPOINT_DISABLE": "1",
        "TF_IN_AUTOMATION": "1",
        "TF_INPUT": "0",
        "TF_CLI_CONFIG_FILE": str(install(target)),
        "TF_DISABLE_PLUGIN_TLS": "1",  # loopback needs none, and making a certificate takes a while
        "GOGC": "400",  # a command is over before its garbage is a lot
        WORLD_VARIABLE: str(world.path),
    }
    if server is not None:
        environment["TF_REATTACH_PROVIDERS"] = json.dumps({PROVIDER_SOURCE: _describe_server(server)})
    return environment


def _describe_server(server: ProviderServer) -> dict[str, Any]:
    address = {"Network": "tcp", "String": server.address}
    return {"Protocol": "grpc", "ProtocolVersion": 5, "Pid": os.getpid(), "Test": True, "Addr": address}
