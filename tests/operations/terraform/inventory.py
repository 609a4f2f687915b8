"""What exists in a workplace's cloud."""

from __future__ import annotations

import json
from typing import Any

from sandbox.terraform.estate import variables_of
from tests.support.workplace import Workplace


def count_resources(workplace: Workplace) -> dict[str, int]:
    """How many of each type exist."""
    resources: dict[str, Any] = json.loads(workplace.read_cloud())["resources"]
    return {kind: len(found) for kind, found in resources.items() if found}


def read_uids(workplace: Workplace) -> dict[str, str]:
    """By which one sees whether a job is still the same one."""
    return {job["name"]: job["uid"] for job in workplace.world.load().list_all("google_cloud_run_v2_job")}


def is_settled(workplace: Workplace, name: str) -> bool:
    """Whether Terraform would change nothing more in the environment."""
    return "No changes." in workplace.read_terraform(name, "plan", "-no-color", variables_of(name))
