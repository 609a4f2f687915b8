"""A stand-in for BigQuery with an empty quota table."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from sandbox.bigquery import BigQuerySandbox
from tests.runtime.jobs.daily.quota_run import serve_quota_table


@pytest.fixture
def bigquery() -> Iterator[BigQuerySandbox]:
    """The stand-in, running."""
    yield from serve_quota_table()
