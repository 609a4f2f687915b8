"""A second checkout made of links to the first: what is edited there is used here, and Terraform's state stays here."""

from __future__ import annotations

import json
import shlex
import shutil
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sandbox.terraform_provider.installation import CHECKOUT

LINKED = ("image", "jobs.json", "migrations", "operations", "runtime", "terraform/modules")
# Separate folders, since Terraform writes into them.
ROOTS = ("environments/*", "state-bucket")
NOT_LINKED = (".terraform", ".terraform.lock.hcl", "image.auto.tfvars.json")
SHIFT = CHECKOUT / "sandbox" / "time_shift.py"
PYTHON = """\
#!/bin/sh
# Python in the sandbox's time.
exec {python} -P {script} {clock} "$@"
"""
MAKEFILE = """\
.DEFAULT:
\t@echo "sandbox: make works in {checkout}, not in here" >&2; exit 2
help: ; @echo "sandbox: make works in {checkout}, not in here" >&2; exit 2
"""
BUILD_IMAGE = """\
#!/bin/sh
case " $* " in *" --use "* | *" --help "* | *" -h "*) exec "$(dirname "$0")/.build-image" "$@" ;; esac
echo "build-image: a sandbox builds and promotes no image: its jobs run what {checkout} holds" >&2
exit 2
"""


@dataclass(frozen=True, slots=True)
class Checkout:
    """`folder` looks like a clone, `clock` is the file of its time (see time_shift.py)."""

    folder: Path
    clock: Path

    @property
    def python(self) -> Path:
        """What bin/ starts, and what jobs run on."""
        return self.folder / ".venv" / "bin" / "python"

    def root(self, environment: str) -> Path:
        """Terraform's folder of an environment."""
        return self.folder / "terraform" / "environments" / environment

    def place_apis(self, addresses: Mapping[str, str]) -> None:
        """Puts the admin APIs of environments where they are on this machine; everything else stays."""
        environments = json.loads((CHECKOUT / "environments.json").read_text(encoding="utf-8"))
        for name, address in addresses.items():
            environments[name]["api_url"] = address
        draft = self.folder / "environments.json.new"
        draft.write_text(json.dumps(environments, indent=2) + "\n", encoding="utf-8")
        draft.replace(self.folder / "environments.json")


def make_checkout(folder: Path, clock: Path) -> Checkout:
    """Links, copies of bin/ (which finds its checkout by its own path), and roots for Terraform."""
    checkout = Checkout(folder, clock)
    for name in LINKED:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).symlink_to(CHECKOUT / name)
    shutil.copytree(CHECKOUT / "bin", folder / "bin")
    (folder / "bin" / "build-image").rename(folder / "bin" / ".build-image")
    (folder / "bin" / "build-image").write_text(BUILD_IMAGE.format(checkout=CHECKOUT), encoding="utf-8")
    (folder / "bin" / "build-image").chmod(0o755)
    for pattern in ROOTS:
        for source in (CHECKOUT / "terraform").glob(pattern):
            _link_files(source, folder / "terraform" / source.relative_to(CHECKOUT / "terraform"))
    checkout.place_apis({})
    checkout.python.parent.mkdir(parents=True)
    words = {"python": sys.executable, "script": str(SHIFT), "clock": str(clock)}
    checkout.python.write_text(PYTHON.format(**{name: shlex.quote(word) for name, word in words.items()}))
    checkout.python.chmod(0o755)
    (folder / "Makefile").write_text(MAKEFILE.format(checkout=CHECKOUT), encoding="utf-8")
    return checkout


def _link_files(source: Path, target: Path) -> None:
    target.mkdir(parents=True)
    for file in source.iterdir():
        if file.name not in NOT_LINKED and not file.name.startswith("terraform.tfstate"):
            (target / file.name).symlink_to(file)
