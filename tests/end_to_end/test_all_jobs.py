"""The eight jobs against everything that they talk to, run as operators run them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.operators_cloud import CATALOG, CHECKOUT
from tests.support.whole_platform import STAGE, WholePlatform, open_platform

MIGRATIONS = tuple(CHECKOUT.glob("migrations/*.sql"))


@pytest.fixture
def platform(tmp_path: Path, states: dict[str, Any]) -> Iterator[WholePlatform]:
    """Stage, new."""
    with open_platform(tmp_path, states["stage"]) as platform:
        yield platform


def run(platform: WholePlatform, job: str) -> str:
    """Runs it to a good end; the result's lines."""
    done = platform.run("run-job", "stage", job)
    assert done.status == 0, done.output + done.errors
    return done.output[done.output.index(f"\n{job} in stage: ") :]


def test_every_job_runs_and_running_it_again_does_nothing_twice(platform: WholePlatform) -> None:
    """FR-SJ-002.1 to .4, FR-SJ-003, FR-SJ-004, NFR-SJ-001.1: the release in its order, then the scheduled jobs."""
    early = platform.run("run-job", "stage", "org-sync-all")
    assert early.status == 1
    assert "next: run bootstrap first" in early.output
    assert f"{len(MIGRATIONS)} applied" in run(platform, "migrate")
    assert "30 tables created" in run(platform, "bootstrap")
    assert "40 synced" in run(platform, "org-sync-all")
    for job in CATALOG.jobs:
        if job.cron:
            run(platform, job.name)
    assert "0 applied" in run(platform, "migrate")
    assert "0 tables created" in run(platform, "bootstrap")
    assert platform.run("run-job", "stage", "migrate", "--", "--status").status == 0


def test_quota_cleanup_names_the_grants_that_it_lacks_and_the_others_need_none(platform: WholePlatform) -> None:
    """FR-SJ-003.2: the one job that talks to BigQuery itself, by the two grants that Terraform makes.

    test_bigquery.py has every permission.
    """
    run(platform, "bootstrap")
    permission = "bigquery.tables.updateData"
    platform.services.bigquery.access.denied = {permission}
    done = platform.run("run-job", "stage", "quota-cleanup")
    assert done.status == 1
    assert "quota-cleanup in stage: failed" in done.output
    assert f"no permission for {STAGE.project}.organizations.org_usage_quotas" in done.output
    assert permission in done.output
    run(platform, "stale-cleanup")
