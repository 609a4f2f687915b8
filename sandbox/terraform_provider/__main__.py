"""Serves Terraform when Terraform starts it; `--install DIR` puts the stand-in where Terraform finds it."""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path

from sandbox.terraform_provider.installation import CHECKOUT, WORLD_FILE, WORLD_VARIABLE, install
from sandbox.terraform_provider.world import World


def main() -> int:
    """Answers with the exit status."""
    parser = argparse.ArgumentParser(prog="python -m sandbox.terraform_provider", description=__doc__)
    parser.add_argument("--install", metavar="DIR", type=Path, help="write a mirror and a CLI configuration into DIR")
    folder = parser.parse_args().install
    if folder is None:
        return _serve()
    print(f"export TF_CLI_CONFIG_FILE={install(folder)}")
    world = World(folder / WORLD_FILE)
    if not world.path.exists():
        _create_projects(world)
    return 0


def _serve() -> int:
    # gRPC takes a while to import: only if it is needed.
    from sandbox.terraform_provider.server import serve
    from sandbox.terraform_provider.service import ProviderService

    return serve(ProviderService(World(Path(os.environ.get(WORLD_VARIABLE, WORLD_FILE)))))


def _create_projects(world: World) -> None:
    environments = json.loads((CHECKOUT / "environments.json").read_text(encoding="utf-8"))
    with world.change() as cloud:
        for environment in environments.values():
            cloud.add_project(environment["project"])


if __name__ == "__main__":
    sys.exit(main())
