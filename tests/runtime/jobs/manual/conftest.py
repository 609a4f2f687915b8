"""A project with its Management API, empty, and the folder of its migrations."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.postgres import Cluster
from sandbox.supabase import Supabase
from tests.runtime.jobs.manual.project import Project
from tests.support.databases import cluster
from tests.support.virtual_clock import VirtualClock

__all__ = ["cluster"]


@pytest.fixture
def project(cluster: Cluster, tmp_path: Path) -> Iterator[Project]:
    """The API's rate limit goes by the same clock as the job's waits."""
    clock = VirtualClock()
    with Supabase(cluster, clock=clock.monotonic, pass_time=clock.advance) as supabase:
        yield Project(supabase, tmp_path, clock)
    for ref in supabase.projects:
        cluster.drop_database(ref)
