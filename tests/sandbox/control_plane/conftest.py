"""A stand-in in real time, and one whose time stands still."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from sandbox.control_plane import ControlPlane, Timeline
from sandbox.control_plane.example import START, make_plane
from tests.sandbox.control_plane.applied import apply_stage


@pytest.fixture(scope="session")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The state of stage after an apply."""
    return apply_stage(tmp_path_factory.mktemp("stage"))


@pytest.fixture
def plane() -> Iterator[ControlPlane]:
    """The example's world, in the machine's time."""
    with make_plane() as running:
        yield running


@pytest.fixture
def still() -> Iterator[ControlPlane]:
    """The example's world, half an hour before a 1st of March; time stands still."""
    with make_plane(timeline=Timeline(START)) as running:
        running.logging.reads_per_minute = 10_000
        yield running
