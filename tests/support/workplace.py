"""A copy of the checkout in which the operators' commands run against a made-up cloud."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from sandbox.terraform.estate import NAMES, create_projects
from sandbox.terraform.harness import build_environment, open_root
from sandbox.terraform.inventory import make_key, point_to
from sandbox.terraform_provider.installation import CHECKOUT
from sandbox.terraform_provider.server import ProviderServer
from sandbox.terraform_provider.world import World
from tests.support.done import Done


@dataclass(frozen=True, slots=True)
class Workplace:
    """The copy, the cloud, and the environment in which a command finds the stand-in provider."""

    folder: Path
    world: World
    environment: dict[str, str]

    def run(self, *command: str, answer: str = "", within: Path | None = None) -> Done:
        """Runs a command of bin/ with the answer on its standard input, in the copy unless another folder is given."""
        done = subprocess.run(
            (self.folder / "bin" / command[0], *command[1:]),
            cwd=within or self.folder,
            env=self.environment,
            input=answer,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        return Done(done.returncode, done.stdout, done.stderr)

    def run_terraform(self, name: str, *command: str) -> None:
        """Runs Terraform itself in an environment's folder."""
        subprocess.run(
            ("terraform", *command), cwd=self.root(name), env=self.environment, capture_output=True, check=True
        )

    def read_terraform(self, name: str, *command: str) -> str:
        """What Terraform writes there."""
        arguments = ("terraform", *command)
        return subprocess.run(
            arguments, cwd=self.root(name), env=self.environment, capture_output=True, text=True, check=True
        ).stdout

    def root(self, name: str) -> Path:
        """The folder of an environment's configuration."""
        return self.folder / "terraform" / "environments" / name

    def read_cloud(self) -> str:
        """All that exists."""
        return self.world.path.read_text(encoding="utf-8")


def install_terraform(folder: Path, script: str) -> str:
    """A script in place of Terraform; its path."""
    path = folder / "terraform"
    path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    path.chmod(0o755)
    return str(path)


def open_workplace(folder: Path, server: ProviderServer) -> Workplace:
    """Both projects are there, and empty."""
    roots = [open_root(f"environments/{name}", folder, server) for name in NAMES]
    world, checkout = roots[0].world, roots[0].folder.parents[2]
    for name in ("bin", "operations", "runtime"):
        # With what is compiled already, but not what another process is writing.
        shutil.copytree(CHECKOUT / name, checkout / name, ignore=shutil.ignore_patterns("*.pyc.*"))
    create_projects(world)
    server.service.world = world
    environment = build_environment(folder, world, server)
    environment["PATH"] = os.pathsep.join((str(Path(sys.executable).parent), environment["PATH"]))
    key = folder / "operator.json"
    key.write_text(make_key(), encoding="utf-8")
    environment |= {"GOOGLE_APPLICATION_CREDENTIALS": str(key), **point_to(server.inventory_url)}
    return Workplace(checkout, world, environment)
