"""A stand-in with an empty quota table, and Google's client on it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from google.auth.credentials import AnonymousCredentials
from google.cloud.bigquery import Client

from sandbox.bigquery import BigQuerySandbox

PROJECT = "cloudact-testing-1"
TABLE = f"{PROJECT}.organizations.org_usage_quotas"


@pytest.fixture
def bigquery() -> Iterator[BigQuerySandbox]:
    """The stand-in, running."""
    with BigQuerySandbox() as running:
        running.usage.create(PROJECT)
        yield running


@pytest.fixture
def client(bigquery: BigQuerySandbox) -> Client:
    """Google's client, as an application without a service account would set it up for an emulator."""
    nobody = AnonymousCredentials()  # type: ignore[no-untyped-call]
    return Client(PROJECT, nobody, client_options={"api_endpoint": bigquery.url})
