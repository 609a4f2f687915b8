"""Prints what Terraform would make of an environment that does not exist yet: `python -m tests.terraform stage`."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path

from .harness import PROVIDER_DESCRIPTION, TerraformError, open_root
from .provider.installation import CHECKOUT


def main() -> int:
    """Answers with the exit status."""
    parser = argparse.ArgumentParser(prog="python -m tests.terraform", description=__doc__)
    names = sorted(folder.name for folder in (CHECKOUT / "terraform" / "environments").iterdir())
    parser.add_argument("environment", choices=names)
    environment = parser.parse_args().environment
    with tempfile.TemporaryDirectory() as folder:
        terraform = open_root(f"environments/{environment}", Path(folder))
        try:
            terraform.init()
            print(
                terraform.run("plan", f"-var-file={environment}.tfvars", *_choose_image(environment, terraform.folder))
            )
        except TerraformError as error:
            print(error, file=sys.stderr)
            return 1
    print(f"Provider: {PROVIDER_DESCRIPTION}.")
    return 0


def _choose_image(environment: str, root: Path) -> list[str]:
    """No option if an image was built for the environment, else a made-up one: a plan needs some."""
    if (root / "image.auto.tfvars.json").exists():
        return []
    project = json.loads((CHECKOUT / "environments.json").read_text(encoding="utf-8"))[environment]["project"]
    return [f"-var=image=gcr.io/{project}/cloudact-jobs-{environment}@sha256:{'0' * 64}"]


if __name__ == "__main__":
    sys.exit(main())
