"""The overlay: what the provider and the cloud know about each resource type beyond the schema."""

from __future__ import annotations

from sandbox.terraform_provider.rules import iam, logs, monitoring, run, scheduler, storage
from sandbox.terraform_provider.rules.rule import Rules

RULES: dict[str, Rules] = {
    **run.RULES,
    **scheduler.RULES,
    **iam.RULES,
    **monitoring.RULES,
    **logs.RULES,
    **storage.RULES,
}
