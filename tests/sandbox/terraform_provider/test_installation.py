"""Plain Terraform starts the stand-in by itself."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from sandbox.terraform.harness import Terraform, open_folder
from sandbox.terraform_provider.installation import CHECKOUT, VERSION
from tests.sandbox.terraform_provider.example import list_changes, rewrite


def test_terraform_starts_it_from_an_installed_mirror(tmp_path: Path) -> None:
    """`--install` is all that plain Terraform needs, TLS included; the version says which provider it is."""
    command = [sys.executable, "-m", "sandbox.terraform_provider", "--install", str(tmp_path)]
    printed = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, check=True).stdout
    assert printed == f"export TF_CLI_CONFIG_FILE={tmp_path}/terraform.rc\n"
    terraform = open_folder(tmp_path, tmp_path)
    environment = {name: text for name, text in terraform.environment.items() if name != "TF_DISABLE_PLUGIN_TLS"}
    terraform = Terraform(terraform.folder, terraform.world, environment)
    rewrite(terraform)
    terraform.init()
    assert len(list_changes(terraform.plan())) == 4
    versions = json.loads(terraform.run("version", "-json"))["provider_selections"]
    assert versions == {"registry.terraform.io/hashicorp/google": VERSION}
