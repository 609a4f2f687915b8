"""Rehearsals over what Terraform applies."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from runtime.config.catalog import load_catalog
from sandbox.rehearsal.findings import Findings
from sandbox.rehearsal.mishaps import Mishaps
from sandbox.rehearsal.period import Period
from sandbox.rehearsal.rehearse import rehearse

CATALOG = load_catalog()
SCHEDULED = [job.name for job in CATALOG.jobs if job.cron]
Rehearse = Callable[..., Findings]


@pytest.fixture(scope="session")
def run(states: dict[str, Any]) -> Rehearse:
    """Rehearses a month, e.g. run("2026-12", days=3, faults="down@2"); over another `state` than the applied one."""

    def run(
        month: str, *, days: int | None = None, faults: str = "", environment: str = "prod", state: Any = None
    ) -> Findings:
        return rehearse(
            CATALOG.environments[environment],
            CATALOG,
            state or states[environment],
            Period.of_month(month, days),
            Mishaps.parse(faults, SCHEDULED),
        )

    return run
