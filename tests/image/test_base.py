"""The base image is named once, and everything agrees with it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from image.base import FILE, is_pinned, read_reference, read_version
from runtime.config.catalog import ROOT
from runtime.process.errors import ConfigurationError

DIGEST = "sha256:" + "a" * 64


def test_dockerfile_and_build_agree_with_it() -> None:
    """The Dockerfile's default, the folder of its packages, and the Python that Cloud Build tests with."""
    tag = read_reference(Path(ROOT)).partition("@")[0]
    dockerfile = Path(ROOT, "Dockerfile").read_text(encoding="utf-8")
    assert re.findall(r"^ARG BASE=(.*)$", dockerfile, re.MULTILINE) == [tag]
    assert re.findall(r"^ARG LIBRARY=(.*)$", dockerfile, re.MULTILINE) == [f"/usr/local/lib/python{read_version(tag)}"]
    steps = yaml.safe_load(Path(ROOT, "cloudbuild-jobs.yaml").read_text(encoding="utf-8"))["steps"]
    assert {step["name"] for step in steps if step["name"].startswith("python")} == {tag}


@pytest.mark.parametrize(
    ("text", "pinned"), [("python:3.13-slim\n", False), (f"python:3.14-slim@{DIGEST}\n", True)], ids=["tag", "digest"]
)
def test_it_may_have_a_digest(text: str, pinned: bool, tmp_path: Path) -> None:
    """`make lock` adds it; without one, the base may change between two builds."""
    write(tmp_path, text)
    assert read_reference(tmp_path) == text.strip()
    assert is_pinned(text) == pinned


@pytest.mark.parametrize(
    "text", ["", "python:latest", "python:3.13", "alpine", f"python@{DIGEST}", "python:3.13-slim x"]
)
def test_anything_else_is_refused(text: str, tmp_path: Path) -> None:
    """A mistake in an edit by hand is answered with the right form."""
    write(tmp_path, text)
    with pytest.raises(ConfigurationError, match=r"^image/base\.txt holds .* - make lock$"):
        read_reference(tmp_path)


def write(root: Path, text: str) -> None:
    """The file of a checkout."""
    (root / FILE).parent.mkdir()
    (root / FILE).write_text(text, encoding="ascii")
