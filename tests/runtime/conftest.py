"""A bootstrapped platform for the jobs that call the admin API."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.admin_platform import AdminPlatform, serve_platform


@pytest.fixture
def platform() -> Iterator[AdminPlatform]:
    """Without organizations, on a virtual clock."""
    with serve_platform() as running:
        yield running
