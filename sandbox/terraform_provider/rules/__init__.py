"""The overlay: what the provider and the cloud know about each resource type beyond the schema."""

from __future__ import annotations

from sandbox.terraform_provider.rules import iam, monitoring, run, scheduler, storage
from sandbox.terraform_provider.rules.rule import Rules

RULES: dict[str, Rules] = {**run.RULES, **scheduler.RULES, **iam.RULES, **monitoring.RULES, **storage.RULES}
