"""A separate cloud for every test, with what Terraform applied."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sandbox.admin_api import AdminState, serve_admin_api
from tests.end_to_end.image_workplace import ImageWorkplace, open_workplace
from tests.end_to_end.play import PLAYER, Play
from tests.support.container_registry import serve_registry
from tests.support.operators_cloud import Cloud, open_cloud

# Of the two environments that share a project, stage has the firing triggers.
NAMES = ("stage", "prod")
SUPABASE_TOKEN = "sbp_" + "0123456789abcdef" * 2 + "01234567"


@pytest.fixture(scope="session")
def states(states: dict[str, Any]) -> dict[str, Any]:
    """The states after an apply, by environment."""
    return {name: states[name] for name in NAMES}


@pytest.fixture
def admin() -> AdminState:
    """The admin API's state: bootstrapped, with three organizations."""
    state = AdminState()
    state.bootstrap()
    state.add_organizations("acme", "globex", "initech")
    return state


@pytest.fixture
def cloud(tmp_path: Path, states: dict[str, Any], admin: AdminState) -> Iterator[Cloud]:
    """Stage and prod, whose containers run the jobs themselves against the admin API."""
    secrets = {"CA_ROOT_API_KEY": str(admin.key), "SUPABASE_ACCESS_TOKEN": SUPABASE_TOKEN}
    with (
        serve_admin_api(admin) as api,
        open_cloud(tmp_path, states, secrets, {"API_SERVICE_URL": api.url}) as cloud,
    ):
        yield cloud


@pytest.fixture
def play(tmp_path: Path, states: dict[str, Any]) -> Iterator[Play]:
    """Stage and prod, whose containers do what a test tells them instead."""
    secrets = {"CA_ROOT_API_KEY": "key", "SUPABASE_ACCESS_TOKEN": SUPABASE_TOKEN}
    with open_cloud(tmp_path, states, secrets, program=PLAYER) as cloud:
        yield Play(cloud)


@pytest.fixture
def workplace(tmp_path: Path, cloud: Cloud) -> Iterator[ImageWorkplace]:
    """A clone in which images are built, promoted and chosen."""
    with serve_registry(tmp_path) as registry:
        yield open_workplace(tmp_path, cloud, registry)
