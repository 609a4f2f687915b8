"""A running service for the tests of the server and its faults."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from sandbox.http_server import HttpServer, serve
from tests.sandbox.counting import Counting


@pytest.fixture
def service() -> Counting:
    """The service's state."""
    return Counting()


@pytest.fixture
def server(service: Counting) -> Iterator[HttpServer]:
    """The service, running."""
    with serve(service.app(), state=lambda: {"calls": service.calls}) as running:
        yield running
