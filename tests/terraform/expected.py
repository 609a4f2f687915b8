"""What the catalogs, read as data, make every environment have: the expectations of the tests."""

from __future__ import annotations

from typing import Any

from sandbox.terraform.estate import ENVIRONMENTS, JOBS

PREFIXES: dict[str, str] = {name: environment["name_prefix"] for name, environment in ENVIRONMENTS.items()}
SCHEDULED: dict[str, Any] = {name: job for name, job in JOBS.items() if job["cron"]}


def full_name(environment: str, job: str) -> str:
    """The Cloud Run job's name."""
    return f"{PREFIXES[environment]}-{JOBS[job]['cloud_run_job']}"


def trigger_name(environment: str, job: str) -> str:
    """The name of the job's trigger."""
    return f"{full_name(environment, job)}-trigger"
