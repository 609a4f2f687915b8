"""What `make setup` cannot install it names, before demo or tests fail for it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from operations.terraform.version import find_terraform as find_version
from tools.programs import find_terraform


@pytest.fixture
def tools(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder that is all of the PATH."""
    monkeypatch.setenv("PATH", str(tmp_path))
    find_version.cache_clear()
    yield tmp_path
    find_version.cache_clear()


def install(folder: Path, version: str) -> str:
    path = folder / "terraform"
    path.write_text(f"#!/bin/sh\necho Terraform v{version}\n", encoding="utf-8")
    path.chmod(0o755)
    return str(path)


def test_a_missing_terraform_is_named(tools: Path) -> None:
    (line,) = find_terraform()
    assert line.startswith("Terraform 1.9 or newer is needed; there is none on the PATH")


def test_an_old_terraform_is_named_with_its_version(tools: Path) -> None:
    path = install(tools, "1.8.5")
    (line,) = find_terraform()
    assert line.startswith(f"Terraform 1.9 or newer is needed; {path} is 1.8.5")


def test_a_terraform_that_is_new_enough_is_not_mentioned(tools: Path) -> None:
    install(tools, "1.9.0")
    assert find_terraform() == []
