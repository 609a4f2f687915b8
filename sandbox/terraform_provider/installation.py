"""Puts the stand-in where Terraform looks for providers."""

from __future__ import annotations

import platform
import shlex
import sys
from pathlib import Path

from sandbox.terraform_provider.schema import PROVIDER_SOURCE

VERSION = "7.45.0+stand-in"
WORLD_VARIABLE = "STAND_IN_CLOUD"
WORLD_FILE = "cloud.json"

_CONFIGURATION = """\
disable_checkpoint = true
provider_installation {
  filesystem_mirror { path = "%s" }
}
"""
CHECKOUT = Path(__file__).resolve().parents[2]
_ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64"}


def install(folder: Path) -> Path:
    """Writes a provider mirror and a Terraform CLI configuration into the folder; answers with the latter's path.

    Terraform uses it once TF_CLI_CONFIG_FILE names that file.
    """
    folder = folder.resolve()
    machine = platform.machine()
    target = f"{platform.system().lower()}_{_ARCHITECTURES.get(machine, machine)}"
    launcher = folder / "mirror" / PROVIDER_SOURCE / VERSION / target / f"terraform-provider-google_v{VERSION}"
    launcher.parent.mkdir(parents=True, exist_ok=True)
    launcher.write_text(_write_launcher(folder / WORLD_FILE), encoding="utf-8")
    launcher.chmod(0o755)
    configuration = folder / "terraform.rc"
    configuration.write_text(_CONFIGURATION % (folder / "mirror"), encoding="utf-8")
    return configuration


def _write_launcher(world: Path) -> str:
    return (
        "#!/bin/sh\n"
        f'export {WORLD_VARIABLE}="${{{WORLD_VARIABLE}:-{world}}}"\n'
        f"PYTHONPATH={shlex.quote(str(CHECKOUT))} exec {shlex.quote(sys.executable)} -m {__package__}\n"
    )
