"""Programs that the sandbox starts live in its time, and are told nothing of it."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from sandbox.checkout import SHIFT, make_checkout
from tests.dates import NAMES

TELL = """
import os, sys
from runtime.process.clock import Clock
print(Clock().epoch(), Clock().now().timestamp(), sys.argv[1:], sorted(os.environ), __name__)
"""


def start(folder: Path, *arguments: str) -> list[str]:
    """What the module says that tells its time, as its python is started."""
    (folder / "telling.py").write_text(TELL, encoding="utf-8")
    command = (sys.executable, "-P", str(SHIFT), str(folder / "clock"), *arguments)
    variables = {"PYTHONPATH": f"{folder}:{SHIFT.parents[1]}", "LC_CTYPE": "C.UTF-8"}
    done = subprocess.run(command, cwd=folder, env=variables, capture_output=True, text=True, check=True)
    told: list[str] = done.stdout.split(" ", 2)
    return told


@pytest.mark.parametrize("options", [("-m",), ("-P", "-m")])
def test_the_clock_is_ahead_by_what_the_file_says(tmp_path: Path, options: tuple[str, ...]) -> None:
    """With or without -P, as jobs and commands are started; arguments and variables are the program's own."""
    (tmp_path / "clock").write_text("86400.5", encoding="ascii")
    epoch, moment, rest = start(tmp_path, *options, "telling", "alerts", "--dry-run")
    assert 86400 <= float(epoch) - time.time() + 60 <= 86400.5 + 60
    assert abs(float(epoch) - float(moment)) < 60
    variables = sorted({"LC_CTYPE", "PYTHONPATH", *(name for name in NAMES if name in os.environ)})
    assert rest == f"['alerts', '--dry-run'] {variables} __main__\n"


def test_without_the_file_it_is_the_machines(tmp_path: Path) -> None:
    """Nothing is replaced."""
    assert abs(float(start(tmp_path, "-m", "telling")[0]) - time.time()) < 60


def test_the_checkout_is_made_of_links_but_for_what_is_written(tmp_path: Path) -> None:
    """What is edited in the clone is seen at once; Terraform's files and the addresses of APIs are its own."""
    checkout = make_checkout(tmp_path / "checkout", tmp_path / "clock")
    clone = SHIFT.parents[1]
    for name in ("jobs.json", "migrations", "operations", "runtime", "terraform/modules"):
        assert (checkout.folder / name).resolve() == clone / name
    for source in (clone / "terraform" / "environments" / "stage").glob("*.tf"):
        assert (checkout.root("stage") / source.name).resolve() == source
    checkout.place_apis({"stage": "http://127.0.0.1:1"})
    assert "http://127.0.0.1:1" in (checkout.folder / "environments.json").read_text(encoding="utf-8")
    assert "http://127.0.0.1:1" not in (clone / "environments.json").read_text(encoding="utf-8")
