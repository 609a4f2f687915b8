"""Programs that are no Python packages; what cannot be installed is named with what fails then."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from operations.terraform.version import require_terraform
from runtime.process.errors import ConfigurationError
from tools.steps import StepFailed, one_at_a_time, run_step

# Command -> Debian package, and what is missed without it.
PROGRAMS = {
    "docker-registry": ("docker-registry", "the tests of promoting an image fail"),
    "promtool": ("prometheus", "the tests of the alerts' PromQL fail"),
}
# The same, of packages that run only if they and all their dependencies are installed.
SYSTEM_PROGRAMS = {
    "chromium": ("chromium", "the test of the rehearsal's report in a browser fails"),
}


def install_programs(folder: Path, turn: Path) -> list[str]:
    """Into the environment's bin: no daemon is started, nothing changes on the system. `turn` lets one in at a time."""
    with one_at_a_time(turn):
        missing = list(unpack_programs(folder))
        install_system_programs()
        return missing + [
            f"{name} is missing (as root: apt-get install --no-install-recommends {package}): {loss}"
            for name, (package, loss) in SYSTEM_PROGRAMS.items()
            if not shutil.which(name)
        ]


def unpack_programs(environment: Path) -> Iterator[str]:
    """A line for each program that could not be installed."""
    path = f"{environment / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}"
    for name, (package, loss) in PROGRAMS.items():
        if shutil.which(name, path=path):
            continue
        if not shutil.which("apt-get"):
            yield f"{name} is missing (Debian's {package}): {loss}"
            continue
        try:
            unpack_program(environment, name, package)
        except StepFailed as error:
            yield f"{error}\n  so {loss}"


def unpack_program(environment: Path, name: str, package: str) -> None:
    """One program out of a package."""
    folder = environment / "packages" / package
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    script = f"""
        cd '{folder}'
        apt-get download -qq {package} 2>/dev/null || {{ apt-get update -qq; apt-get download -qq {package}; }}
        dpkg-deb -x {package}_*.deb .
        mv usr/bin/{name} '{environment}/bin/{name}'
    """
    # A new machine has no package lists yet; only root may fetch them.
    run_step(f"{name} from Debian's {package}", ["sh", "-ec", script])
    shutil.rmtree(folder)


def install_system_programs() -> None:
    """Needs root; a program that is still missing is named later."""
    variables = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for name, (package, _) in SYSTEM_PROGRAMS.items():
        if shutil.which(name) or os.geteuid() != 0 or not shutil.which("apt-get"):
            continue
        install = f"apt-get install -y -qq --no-install-recommends {package}"
        script = f"{install} || {{ apt-get update -qq; {install}; }}"
        try:
            run_step(f"Debian's {package}", ["sh", "-ec", script], environment=variables)
        except StepFailed as error:
            print(f"setup: {error}")


def find_terraform() -> list[str]:
    """Terraform comes from no registry that everybody has; what is wrong with the one that is here."""
    try:
        require_terraform()
    except ConfigurationError as error:
        return [f"{error.problem}: demo and tests fail; see developer.hashicorp.com/terraform/install"]
    return []
