"""Where images are kept: one name per environment, in its project."""

from __future__ import annotations

from runtime.config.environment import Environment


def name_repository(environment: Environment) -> str:
    """The name without tag and digest; Terraform's module catalog says the same."""
    return f"gcr.io/{environment.project}/cloudact-jobs-{environment.name}"
