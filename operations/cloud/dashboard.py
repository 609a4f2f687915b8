"""The dashboard of an environment's jobs, which Terraform makes: modules/alerts."""

from __future__ import annotations

from runtime.config.environment import Environment


def dashboard_name(environment: Environment) -> str:
    """What it is called in Cloud Monitoring, whose ids for dashboards are made up."""
    return f"{environment.name_prefix}: scheduled jobs ({environment.name})"
