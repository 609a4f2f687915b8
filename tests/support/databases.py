"""The fixtures of every test that needs a database: one server for each worker, a fresh database for each test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from sandbox.postgres import Cluster
from sandbox.supabase.service import REF, Supabase


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """A PostgreSQL server, about half a second to start."""
    with Cluster() as running:
        yield running


@pytest.fixture
def supabase(cluster: Cluster) -> Iterator[Supabase]:
    """The Management API with one new, empty project."""
    cluster.drop_database(REF)
    with Supabase(cluster) as running:
        yield running
