"""A small configuration, `example.tf`: one job with its identity, its secret and its trigger."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from sandbox.terraform.harness import Terraform

PROJECT = "shop-one"
IMAGE = "gcr.io/shop-one/jobs@sha256:" + "1" * 64
ACCOUNT = f"sweeper@{PROJECT}.iam.gserviceaccount.com"
APIS = tuple(f"{name}.googleapis.com" for name in ("run", "iam", "secretmanager", "cloudscheduler"))
JOB = f"projects/{PROJECT}/locations/us-central1/jobs/sweep"

CONFIGURATION = Path(__file__).with_name("example.tf").read_text(encoding="utf-8")
PROVIDER = CONFIGURATION[: CONFIGURATION.index("resource ")]

Open = Callable[..., Terraform]


def rewrite(terraform: Terraform, *replacements: tuple[str, str], text: str = CONFIGURATION) -> None:
    """Writes the configuration with the replacements made."""
    for old, new in replacements:
        assert old in text
        text = text.replace(old, new)
    (terraform.folder / "main.tf").write_text(text, encoding="utf-8")


def list_changes(plan: Any) -> dict[str, list[str]]:
    """The addresses that a plan changes, with what it does to each."""
    changes = {change["address"]: change["change"]["actions"] for change in plan["resource_changes"]}
    return {address: actions for address, actions in changes.items() if actions != ["no-op"]}


def find_planned(plan: Any, kind: str) -> Any:
    """The planned change of the only resource of a type."""
    [change] = [change["change"] for change in plan["resource_changes"] if change["type"] == kind]
    return change
