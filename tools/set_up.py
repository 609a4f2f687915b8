"""make setup: installs what demo, tests and checks need, and names what it cannot install.

Runs on the system's Python before anything is there: standard library only, and readable by old versions.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
LEAST_PYTHON = (3, 11)
# Command -> Debian package, and what is missed without it.
PROGRAMS = {
    "docker-registry": ("docker-registry", "the tests of promoting an image fail"),
    "promtool": ("prometheus", "the tests of the alerts' PromQL fail"),
}
# The same, of packages that run only where they and all that they need are installed.
SYSTEM_PROGRAMS = {
    "chromium": ("chromium", "the test of the rehearsal's report in a browser fails"),
}


def main(name: str) -> int:
    """0 where everything is there or only named as missing; 1 where it cannot go on.

    `name` is a lock in requirements/: `dev` for .venv, any other for an environment of its own; or `programs`,
    what only the tests need beside it.
    """
    if sys.version_info < LEAST_PYTHON:
        print(f"setup: Python {sys.version.split()[0]} found, 3.11 or later needed: make setup PYTHON=python3.13")
        return 1
    if name == "programs":
        missing = [*install_programs(), *install_system_programs()]
    elif name == "dev":
        missing = [*make_environment(VENV, name), *find_terraform()]
    else:
        missing = make_environment(ROOT / f".venv-{name}", name)
    for line in missing:
        print(f"setup: {line}")
    return 1 if any(line.startswith("stopped") for line in missing) else 0


def make_environment(folder: Path, name: str) -> list[str]:
    """The virtual environment with exactly the locked packages; nothing to do when the lock is unchanged."""
    lock, stamp = ROOT / "requirements" / f"{name}.txt", folder / "installed"
    fingerprint = hashlib.sha256(lock.read_bytes() + sys.version.encode()).hexdigest()
    if stamp.exists() and stamp.read_text() == fingerprint:
        return []
    print(f"setup: installing the locked Python packages into {folder.name}", flush=True)
    install = [str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    steps = (
        [sys.executable, "-m", "venv", "--clear", str(folder)],
        [*install, "--require-hashes", "-r", str(lock)],
    )
    for step in steps:
        if subprocess.run(step, check=False).returncode != 0:
            return [f"stopped: `{' '.join(step)}` failed; on Debian, python3-venv and a way to PyPI are needed"]
    stamp.write_text(fingerprint)
    return []


def find_terraform() -> list[str]:
    """Terraform comes from no registry that everybody has; what is wrong with the one that is here."""
    sys.path.insert(0, str(ROOT))
    # Imported here: it takes the Python that was just seen to be new enough.
    from operations.terraform.version import require_terraform
    from runtime.process.errors import ConfigurationError

    try:
        require_terraform()
    except ConfigurationError as error:
        return [f"{error.problem}: demo and tests fail; see developer.hashicorp.com/terraform/install"]
    return []


def install_programs() -> list[str]:
    """Programs of Debian packages, unpacked into .venv/bin: no daemon is started, nothing changes on the system."""
    path = f"{VENV / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}"
    wanted = {name: PROGRAMS[name] for name in PROGRAMS if not shutil.which(name, path=path)}
    if not wanted:
        return []
    if not shutil.which("apt-get"):
        return [f"{name} is missing (Debian's {package}): {loss}" for name, (package, loss) in wanted.items()]
    print(f"setup: fetching {', '.join(wanted)} from Debian's packages", flush=True)
    return [line for name, (package, loss) in wanted.items() for line in unpack_program(name, package, loss)]


def unpack_program(name: str, package: str, loss: str) -> list[str]:
    """One program out of a package."""
    folder = VENV / "packages" / package
    folder.mkdir(parents=True, exist_ok=True)
    fetch = ["apt-get", "download", "-qq", package]
    if subprocess.run(fetch, cwd=folder, check=False, stderr=subprocess.DEVNULL).returncode != 0:
        # A new machine has no package lists yet; only root may fetch them.
        subprocess.run(["apt-get", "update", "-qq"], check=False)
        subprocess.run(fetch, cwd=folder, check=False)
    archives = list(folder.glob("*.deb"))
    if not archives or subprocess.run(["dpkg-deb", "-x", str(archives[0]), str(folder)], check=False).returncode != 0:
        return [f"{name} could not be fetched (Debian's {package}): {loss}"]
    shutil.copy2(folder / "usr" / "bin" / name, VENV / "bin" / name)
    shutil.rmtree(folder)
    return []


def install_system_programs() -> list[str]:
    """Programs of Debian packages, installed where this is root's to do."""
    missing = {name: SYSTEM_PROGRAMS[name] for name in SYSTEM_PROGRAMS if not shutil.which(name)}
    if os.geteuid() == 0 and shutil.which("apt-get"):
        for package, _ in missing.values():
            print(f"setup: installing Debian's {package}", flush=True)
            install_package(package)
    return [
        f"{name} is missing (as root: apt-get install --no-install-recommends {package}): {loss}"
        for name, (package, loss) in missing.items()
        if not shutil.which(name)
    ]


def install_package(package: str) -> None:
    """A package and all that it needs; whether it worked is seen by its program."""
    variables = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    update = ["apt-get", "update", "-qq"]
    install = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", package]
    # Only if the first one fails: a new machine has no package lists yet.
    for command in (install, update, install):
        done = subprocess.run(command, check=False, env=variables, capture_output=True)
        if command is install and done.returncode == 0:
            return


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
