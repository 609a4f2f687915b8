"""A workplace per test, and one stand-in provider per worker."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.terraform.harness import serve_provider
from tests.terraform.provider.server import ProviderServer

from .workplace import Workplace, open_workplace


@pytest.fixture(scope="session")
def provider() -> Iterator[ProviderServer]:
    """The stand-in provider, for many commands."""
    with serve_provider() as server:
        yield server


@pytest.fixture
def workplace(tmp_path: Path, provider: ProviderServer) -> Workplace:
    """A copy of the checkout, and two empty projects."""
    return open_workplace(tmp_path, provider)
