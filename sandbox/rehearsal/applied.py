"""An environment as Terraform applies it, and the made-up cloud in which its jobs then run."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from runtime.config.catalog import Catalog
from runtime.config.environment import Environment
from sandbox.admin_api import ROOT_KEY
from sandbox.control_plane import World
from sandbox.control_plane.world.applied import add_applied
from sandbox.control_plane.world.world import add_surroundings
from sandbox.terraform.estate import create_projects, fill_projects, image_of, open_environment, variables_of
from sandbox.terraform.harness import serve_provider

SUPABASE_TOKEN = "sbp_" + "0123456789abcdef" * 2 + "01234567"
SECRETS = {"CA_ROOT_API_KEY": ROOT_KEY, "SUPABASE_ACCESS_TOKEN": SUPABASE_TOKEN}


def apply_environment(environment: Environment, catalog: Catalog, folder: Path) -> Any:
    """The state after an apply to new projects, as `terraform show -json` says it. Raises TerraformError.

    The root that owns the environment's project is applied first.
    """
    owner = next(
        each for each in catalog.environments.values() if each.project == environment.project and each.owns_project
    )
    with serve_provider() as server:
        names = list(dict.fromkeys([owner.name, environment.name]))
        opened = {name: open_environment(name, folder, server) for name in names}
        create_projects(opened[owner.name].world)
        fill_projects(opened[owner.name].world)
        for name, terraform in opened.items():
            terraform.apply(variables_of(name))
        return opened[environment.name].show()


def make_world(environment: Environment, catalog: Catalog, state: Any, created: datetime) -> World:
    """What was applied, with the secrets' values and the image that people add."""
    world = World(created=created)
    add_applied(world, state)
    name, _, digest = image_of(environment.name).partition("@")
    surroundings = {
        "secrets": {catalog.secret_name(variable, environment): [value] for variable, value in SECRETS.items()},
        "images": [{"name": name, "digest": digest, "tags": []}],
    }
    add_surroundings(world, {"projects": {environment.project: surroundings}})
    return world
