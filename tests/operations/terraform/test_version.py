"""A missing or old Terraform is told with the version found and the one needed."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from operations.terraform.version import find_terraform
from runtime.process.errors import ConfigurationError
from tests.support.workplace import Workplace, install_terraform

REMEDY = " - install it as HashiCorp describes, and see that `terraform version` finds it\n"


@pytest.fixture
def tools(workplace: Workplace, tmp_path: Path) -> Path:
    """A folder that is all of the PATH, with what bin/create-all-jobs itself needs."""
    folder = tmp_path / "tools"
    folder.mkdir()
    for name in ("dirname", "readlink"):
        (folder / name).symlink_to(find_tool(workplace, name))
    # A link would be a Python without the virtual environment's packages.
    python = folder / "python3"
    python.write_text(f'#!/bin/sh\nexec {sys.executable} "$@"\n', encoding="utf-8")
    python.chmod(0o755)
    workplace.environment["PATH"] = str(folder)
    return folder


def find_tool(workplace: Workplace, name: str) -> Path:
    folders = (Path(folder) for folder in workplace.environment["PATH"].split(":"))
    return next(folder / name for folder in folders if (folder / name).exists())


@pytest.mark.usefixtures("tools")
def test_no_terraform_at_all(workplace: Workplace) -> None:
    done = workplace.run("create-all-jobs", "stage")
    problem = "create-all-jobs: Terraform 1.9 or newer is needed; there is none on the PATH"
    assert (2, "", problem + REMEDY) == (done.status, done.output, done.errors)


LATEST = "Your version of Terraform is out of date! The latest version is 1.14.0."


def test_a_terraform_that_is_too_old_ends_the_command(tools: Path, workplace: Workplace) -> None:
    path = install_terraform(tools, """echo '{"terraform_version": "1.8.5"}'""")
    done = workplace.run("create-all-jobs", "stage")
    problem = f"create-all-jobs: Terraform 1.9 or newer is needed; {path} is 1.8.5"
    assert (2, "", problem + REMEDY) == (done.status, done.output, done.errors)


@pytest.mark.parametrize("version", ["1.8.5", "1.5.7", "1.8.0+ent", "0.15.0-rc1", "0.11.0"])
@pytest.mark.parametrize("answer", ['{"terraform_version": "%s"}', f"Terraform v%s\non linux_amd64\n\n{LATEST}"])
def test_what_is_too_old_is_known_by_either_answer(
    answer: str, version: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that is very old tells its version in words only."""
    path = install_terraform(tmp_path, f"echo '{answer % version}'")
    monkeypatch.setenv("PATH", str(tmp_path))
    # Not the function that keeps its answer: this process has another Terraform.
    with pytest.raises(
        ConfigurationError, match=rf"^Terraform 1\.9 or newer is needed; {path} is {re.escape(version)} - "
    ):
        find_terraform.__wrapped__()


def test_a_terraform_that_does_not_tell_its_version(tools: Path, workplace: Workplace) -> None:
    path = install_terraform(tools, "echo it is broken")
    done = workplace.run("create-all-jobs", "stage")
    problem = f"create-all-jobs: Terraform 1.9 or newer is needed; {path} does not print its version"
    assert (2, "", problem + REMEDY) == (done.status, done.output, done.errors)
