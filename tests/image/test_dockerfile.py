"""The Dockerfile follows hadolint's rules."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from runtime.config.catalog import ROOT

HADOLINT = Path(sys.executable).with_name("hadolint")


def lint(text: str) -> tuple[int, str]:
    """hadolint's exit status and what it found."""
    done = subprocess.run((HADOLINT, "-"), input=text, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout


def test_nothing_is_found() -> None:
    """Without a rule switched off."""
    text = Path(ROOT, "Dockerfile").read_text(encoding="utf-8")
    assert "hadolint ignore" not in text
    assert lint(text) == (0, "")


def test_what_is_wrong_is_found() -> None:
    """The linter reads what it is given."""
    status, found = lint("FROM python:latest\nRUN cd /tmp\n")
    assert status == 1
    assert "DL3007" in found
    assert "DL3003" in found
