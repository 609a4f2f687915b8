"""The admin API on a clock that only moves when it is told to."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from sandbox.admin_api import AdminState, VirtualTime, serve_admin_api
from tests.sandbox.admin_api.client import Client


@pytest.fixture
def time() -> VirtualTime:
    """Not the first of a month."""
    return VirtualTime(datetime(2026, 11, 23, 12, tzinfo=UTC))


@pytest.fixture
def state(time: VirtualTime) -> AdminState:
    """An empty service."""
    return AdminState(now=time)


@pytest.fixture
def client(state: AdminState) -> Iterator[Client]:
    """A client of the running service."""
    with serve_admin_api(state) as server:
        yield Client(server)
