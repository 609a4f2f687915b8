"""The requirement's eight jobs and five triggers, written apart from jobs.json, so that a slip there is noticed."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.terraform.estate import NAMES, list_resources
from tests.terraform.expected import PREFIXES
from tests.terraform.test_jobs import jobs_of, task_of

# Short name: full name without prefix, minutes, retries, cron in UTC. More jobs than these may come.
JOBS = {
    "migrate": ("manual-supabase-migrate", 15, 0, None),
    "bootstrap": ("manual-bootstrap", 30, 1, None),
    "org-sync-all": ("manual-org-sync-all", 60, 1, None),
    "quota-reset": ("daily-quota-reset", 15, 1, "0 0 * * *"),
    "quota-cleanup": ("daily-quota-cleanup", 30, 1, "0 1 * * *"),
    "stale-cleanup": ("daily-stale-cleanup", 10, 1, "0 2 * * *"),
    "alerts": ("daily-alerts", 30, 0, "0 8 * * *"),
    "quota-monthly": ("monthly-quota-reset", 15, 1, "5 0 1 * *"),
}

pytestmark = pytest.mark.parametrize("environment", NAMES)


def test_the_eight_jobs_are_made(environment: str, plans: dict[str, Any]) -> None:
    """FR-SJ-001.1, with their timeouts and retries."""
    expected = {
        name: (f"{PREFIXES[environment]}-{path}", f"{minutes * 60}s", retries)
        for name, (path, minutes, retries, _) in JOBS.items()
    }
    jobs = jobs_of(plans[environment])
    planned = {name: (job["name"], task_of(job)["timeout"], task_of(job)["max_retries"]) for name, job in jobs.items()}
    assert expected.items() <= planned.items()


def test_the_five_triggers_are_made(environment: str, plans: dict[str, Any]) -> None:
    """FR-SJ-001.2, FR-SJ-003.1 to .4, FR-SJ-004.1."""
    expected = {f"{PREFIXES[environment]}-{path}-trigger": cron for path, _, _, cron in JOBS.values() if cron}
    triggers = list_resources(plans[environment], "google_cloud_scheduler_job").values()
    assert len(expected) == 5
    assert expected.items() <= {trigger["name"]: trigger["schedule"] for trigger in triggers}.items()
