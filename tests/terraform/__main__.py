"""Prints what Terraform would make of an environment that does not exist yet: `python -m tests.terraform stage`."""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from .harness import CHECKOUT, PROVIDER_DESCRIPTION, TerraformError, open_root


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
            print(terraform.run("plan", f"-var-file={environment}.tfvars"))
        except TerraformError as error:
            print(error, file=sys.stderr)
            return 1
    print(f"Provider: {PROVIDER_DESCRIPTION}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
