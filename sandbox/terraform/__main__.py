"""Prints what Terraform would make of an environment that does not exist yet: make plan ENV=stage."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path

from operations.terminal.output import show
from operations.terraform.progress import list_warnings
from operations.terraform.summary import render_summary
from runtime.config.catalog import load_catalog
from sandbox.terraform.command import run_with_terraform
from sandbox.terraform.harness import PROVIDER_DESCRIPTION, TerraformError, open_root, serve_provider
from sandbox.terraform_provider.installation import CHECKOUT


def main() -> int:
    """Answers with the exit status; UsageError for what is no environment."""
    catalog = load_catalog()
    parser = argparse.ArgumentParser(
        prog="make plan",
        usage=f"make plan ENV={{{','.join(catalog.environments)}}} [FULL=1]",
        description=__doc__.partition(":")[0],
    )
    parser.add_argument("environment", nargs="?")
    parser.add_argument("--full", action="store_true", help="Terraform's whole text, not a summary (make: FULL=1)")
    choices = parser.parse_args()
    name = choices.environment
    if name is None:
        parser.error("which environment? make plan ENV=stage")
    environment = catalog.environment(name).name
    with serve_provider() as server, tempfile.TemporaryDirectory() as folder:
        terraform = open_root(f"environments/{environment}", Path(folder), server)
        try:
            terraform.init()
            values = (f"-var-file={environment}.tfvars", *_choose_image(environment, terraform.folder))
            colors = () if sys.stdout.isatty() else ("-no-color",)
            text = terraform.run("plan", *colors, "-out=out.tfplan", *values)
            if choices.full:
                print(text)
            else:
                show("".join(list_warnings(text)))
                show(f"{render_summary(json.loads(terraform.run('show', '-json', 'out.tfplan')))}\n")
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
    sys.exit(run_with_terraform("plan", main))
