"""What Terraform applied, once per run of the tests, and a separate cloud for every test."""

from __future__ import annotations

import fcntl
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sandbox.admin_api import AdminState, serve_admin_api
from sandbox.cloud import Cloud, open_cloud
from sandbox.terraform.estate import found_projects, furnish_projects, open_environment, variables_of
from sandbox.terraform.harness import serve_provider
from tests.end_to_end.image_workplace import ImageWorkplace, open_workplace
from tests.end_to_end.play import PLAYER, Play
from tests.support.container_registry import serve_registry

# Of the two environments that share a project, stage has the firing triggers.
NAMES = ("stage", "prod")
SUPABASE_TOKEN = "sbp_" + "0123456789abcdef" * 2 + "01234567"


@pytest.fixture(scope="session")
def states(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The states after an apply, by environment; the workers share what the first one makes."""
    folder = tmp_path_factory.getbasetemp()
    shared = folder.parent if folder.name.startswith("popen-") else folder
    with (shared / "applied.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        file = shared / "applied.json"
        if not file.exists():
            file.write_text(json.dumps(_apply(tmp_path_factory.mktemp("estate"))), encoding="utf-8")
    return dict(json.loads(file.read_text(encoding="utf-8")))


def _apply(folder: Path) -> dict[str, Any]:
    with serve_provider() as provider:
        opened = {name: open_environment(name, folder, provider) for name in NAMES}
        found_projects(opened["stage"].world)
        furnish_projects(opened["stage"].world)
        for name, terraform in opened.items():
            terraform.apply(variables_of(name))
        return {name: terraform.show() for name, terraform in opened.items()}


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
