"""What exists in the cloud."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from google.cloud import run_v2, scheduler_v1

# Enabled in every new project.
BORN_ENABLED = frozenset({"bigquery.googleapis.com", "logging.googleapis.com", "serviceusage.googleapis.com"})


def make_uid(name: str) -> str:
    """A resource's unique identifier: a UUID, the same at each run."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, name))


@dataclass(frozen=True, slots=True)
class Binding:
    """`member` has `role` on `resource` (a full name such as projects/P/secrets/S) and all below it."""

    resource: str
    role: str
    member: str


@dataclass(slots=True)
class Version:
    """A secret's version: ENABLED, DISABLED or DESTROYED."""

    value: bytes
    state: str = "ENABLED"


@dataclass(frozen=True, slots=True)
class Image:
    """A pushed image; `name` as in gcr.io/PROJECT/NAME."""

    name: str
    digest: str
    tags: tuple[str, ...] = ()


@dataclass(slots=True)
class World:
    """All resources by their full names. It may be changed while the stand-in runs."""

    created: datetime
    jobs: dict[str, run_v2.Job] = field(default_factory=dict)
    triggers: dict[str, scheduler_v1.Job] = field(default_factory=dict)
    secrets: dict[str, list[Version]] = field(default_factory=dict)
    images: list[Image] = field(default_factory=list)
    repositories: set[str] = field(default_factory=set)
    bindings: set[Binding] = field(default_factory=set)
    custom_roles: dict[str, frozenset[str]] = field(default_factory=dict)
    accounts: dict[str, str] = field(default_factory=dict)
    services: set[tuple[str, str]] = field(default_factory=set)
    projects: dict[str, str] = field(default_factory=dict)

    def add_project(self, name: str) -> None:
        """Makes the project known, with a number made from its name."""
        if name not in self.projects:
            self.projects[name] = str(10**11 + int(hashlib.sha256(name.encode()).hexdigest(), 16) % 10**11)
            self.services |= {(name, service) for service in BORN_ENABLED}

    def resolve_project(self, name_or_number: str) -> str:
        """The id of a project; an unknown one is returned as it is."""
        return next((name for name, number in self.projects.items() if number == name_or_number), name_or_number)

    def number_of(self, resource: str) -> str:
        """A resource's full name with the project's number, as some APIs answer."""
        _, project, *rest = resource.split("/")
        return "/".join(("projects", self.projects[project], *rest))

    def find_image(self, reference: str) -> Image | None:
        """The image that NAME@DIGEST or NAME:TAG means now, None if it does not exist."""
        for image in self.images:
            if reference == f"{image.name}@{image.digest}" or reference in {
                f"{image.name}:{tag}" for tag in image.tags
            }:
                return image
        return None


def add_surroundings(world: World, document: Mapping[str, Any]) -> None:
    """Adds what Terraform did not make: per project its services, secrets with values, images, and people's grants.

    {"projects": {ID: {"services": [API], "secrets": {NAME: [VALUE or {"value", "state"}]},
                       "images": [{"name", "digest", "tags"}], "grants": [{"role", "member", "resource"?}]}}}
    Raises TypeError or KeyError for anything else.
    """
    for project, parts in document["projects"].items():
        world.add_project(project)
        for name, add in _ADDERS.items():
            add(world, project, parts.get(name, ()))
        if unknown := parts.keys() - _ADDERS.keys():
            raise KeyError(f"surroundings of {project}: unknown {sorted(unknown)}")


def load_surroundings(world: World, path: Path) -> None:
    """Adds what a file says."""
    add_surroundings(world, json.loads(path.read_text(encoding="utf-8")))


def _add_services(world: World, project: str, names: Iterable[str]) -> None:
    world.services |= {(project, name) for name in names}


def _add_secrets(world: World, project: str, secrets: Mapping[str, list[Any]]) -> None:
    for name in secrets:
        versions = [
            Version(value=entry.encode()) if isinstance(entry, str) else _read_version(**entry)
            for entry in secrets[name]
        ]
        world.secrets[f"projects/{project}/secrets/{name}"] = versions


def _read_version(value: str, state: str) -> Version:
    return Version(value.encode(), state)


def _add_images(world: World, project: str, images: Iterable[Mapping[str, Any]]) -> None:
    for image in images:
        world.images.append(Image(image["name"], image["digest"], tuple(image["tags"])))
        world.repositories.add(f"projects/{project}/locations/us/repositories/gcr.io")


def _add_grants(world: World, project: str, grants: Iterable[Mapping[str, str]]) -> None:
    world.bindings |= {Binding(resource=f"projects/{project}", **grant) for grant in grants}


_ADDERS: dict[str, Any] = {
    "services": _add_services,
    "secrets": _add_secrets,
    "images": _add_images,
    "grants": _add_grants,
}
