"""Serves Terraform when Terraform starts it; `--install DIR` puts the stand-in where Terraform finds it."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from .installation import WORLD_VARIABLE, install


def main() -> int:
    """Answers with the exit status."""
    parser = argparse.ArgumentParser(prog="python -m tests.terraform.provider", description=__doc__)
    parser.add_argument("--install", metavar="DIR", type=Path, help="write a mirror and a CLI configuration into DIR")
    folder = parser.parse_args().install
    if folder is not None:
        print(f"export TF_CLI_CONFIG_FILE={install(folder)}")
        return 0
    from .server import serve
    from .service import ProviderService
    from .world import World

    return serve(ProviderService(World(Path(os.environ.get(WORLD_VARIABLE, "cloud.json")))))


if __name__ == "__main__":
    sys.exit(main())
