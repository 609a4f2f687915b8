"""All environments in one made-up cloud, as Terraform plans and applies them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sandbox.terraform.harness import Terraform, open_root
from sandbox.terraform_provider.installation import CHECKOUT
from sandbox.terraform_provider.server import ProviderServer
from sandbox.terraform_provider.world import World

CATALOG: dict[str, Any] = json.loads((CHECKOUT / "jobs.json").read_text())
JOBS: dict[str, Any] = {job["name"]: job for job in CATALOG["jobs"]}
ENVIRONMENTS: dict[str, Any] = json.loads((CHECKOUT / "environments.json").read_text())
# Stage owns the project that test refers to.
NAMES = ("stage", "test", "prod")
DIGEST = "sha256:" + "5" * 64


def image_of(name: str) -> str:
    """The image that bin/build-image would have built for the environment."""
    return f"gcr.io/{ENVIRONMENTS[name]['project']}/cloudact-jobs-{name}@{DIGEST}"


def create_projects(world: World) -> None:
    """Both projects, new and empty."""
    with world.change() as cloud:
        for project in {environment["project"] for environment in ENVIRONMENTS.values()}:
            cloud.add_project(project)


def fill_projects(world: World) -> None:
    """What people add to the projects by hand: a version of each secret, and the images."""
    with world.change() as cloud:
        for name, environment in ENVIRONMENTS.items():
            cloud.images.append(image_of(name))
            for secret in CATALOG["secrets"].values():
                path = f"projects/{environment['project']}/secrets/{secret}{environment['secret_suffix']}"
                cloud.secret_versions[path] = ["1"]


def open_environment(name: str, folder: Path, server: ProviderServer, *, image: str | None = None) -> Terraform:
    """Terraform in the environment's root, initialized, with the image (its own unless given) chosen."""
    terraform = open_root(f"environments/{name}", folder, server)
    choose_image(terraform.folder, image_of(name) if image is None else image)
    terraform.init()
    return terraform


def choose_image(root: Path, image: str) -> None:
    """Writes the file that bin/build-image leaves in the environment's folder."""
    (root / "image.auto.tfvars.json").write_text(json.dumps({"image": image}), encoding="utf-8")


def variables_of(name: str) -> str:
    """The option that an operator gives to plan and apply."""
    return f"-var-file={name}.tfvars"


def list_resources(document: Any, kind: str = "") -> dict[str, Any]:
    """The values of the resources of a kind, or of all, by address; from a plan or a state in JSON."""
    return {
        resource["address"]: resource["values"] for resource in _walk(document) if resource["type"] == kind or not kind
    }


def list_kinds(document: Any) -> set[str]:
    """The types of the resources in a plan or a state in JSON."""
    return {resource["type"] for resource in _walk(document)}


def _walk(document: Any) -> Iterator[Any]:
    values = document.get("planned_values") or document.get("values") or {}
    for module in _walk_modules(values.get("root_module", {})):
        yield from module.get("resources", ())


def _walk_modules(module: Any) -> Iterator[Any]:
    yield module
    for child in module.get("child_modules", ()):
        yield from _walk_modules(child)
