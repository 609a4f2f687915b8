"""The keys stay in the process that has them: NFR-SJ-002."""

from __future__ import annotations

from pathlib import Path

import pytest

from operations.child_environment import inherit_environment
from operations.terraform import run as terraform
from runtime.config.catalog import load_catalog

KEYS = {name: f"canary-of-{name}" for name in load_catalog().secrets}


@pytest.fixture(autouse=True)
def keys_at_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in KEYS.items():
        monkeypatch.setenv(name, value)


def test_what_terraform_starts_with_holds_no_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its providers run with the same environment; `env` in its place tells what that is."""
    monkeypatch.setattr(terraform, "require_terraform", lambda: "env")
    shown = terraform.Terraform(tmp_path, {"TF_VAR_image": "i"}).read(())
    assert "TF_VAR_image=i" in shown.splitlines()
    assert "canary-of-" not in shown


def test_everything_else_is_passed_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """Terraform needs the operator's credentials and PATH."""
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", "/key.json")
    inherited = inherit_environment()
    assert (inherited["GOOGLE_APPLICATION_CREDENTIALS"], "PATH" in inherited) == ("/key.json", True)
