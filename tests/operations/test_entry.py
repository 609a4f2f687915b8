"""In a clone without `make setup` every command says so."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from runtime.config.catalog import ROOT

COMMANDS = sorted(path.name for path in Path(ROOT, "bin").iterdir())


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A copy without .venv, and a system's Python that has no packages."""
    for name in ("bin", "image", "operations", "runtime"):
        shutil.copytree(Path(ROOT, name), tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(Path(ROOT, "jobs.json"), tmp_path)
    shutil.copy(Path(ROOT, "environments.json"), tmp_path)
    python = tmp_path / "python3"
    python.write_text(f'#!/bin/sh\nexec {sys.executable} -S "$@"\n', encoding="utf-8")
    python.chmod(0o755)
    return tmp_path


@pytest.mark.parametrize("command", COMMANDS)
def test_missing_packages_are_named_with_what_installs_them(clone: Path, command: str) -> None:
    """One line and exit status 2, even if the command could do without."""
    variables = {"PATH": f"{clone}:/usr/bin:/bin", "HOME": str(clone)}
    done = subprocess.run(
        (clone / "bin" / command, "stage"), env=variables, capture_output=True, text=True, check=False
    )
    output = "Python packages are not installed: cryptography, google.auth, requests, rich, shtab - make setup, once\n"
    assert (2, "", 1) == (done.returncode, done.stdout, done.stderr.count("\n"))
    assert done.stderr.endswith(output)
