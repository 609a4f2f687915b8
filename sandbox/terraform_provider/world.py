"""The world outside Terraform: one JSON file that names what exists in the cloud."""

from __future__ import annotations

import fcntl
import hashlib
import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from sandbox.terraform_provider.codec import Object

# Enabled in every new project; all other APIs have to be switched on.
_BORN_ENABLED = frozenset(
    f"{name}.googleapis.com"
    for name in ("bigquery", "logging", "monitoring", "servicemanagement", "serviceusage", "storage")
)


@dataclass(slots=True)
class Cloud:
    """What exists. A resource is kept under its type and id, with the values of its Terraform attributes."""

    projects: dict[str, str] = field(default_factory=dict)
    images: list[str] = field(default_factory=list)
    secret_versions: dict[str, list[str]] = field(default_factory=dict)
    existing: list[str] = field(default_factory=list)
    resources: dict[str, dict[str, Object]] = field(default_factory=dict)

    def add_project(self, name: str, *, apis: Iterable[str] = ()) -> None:
        """A project, with these APIs enabled besides those of every new project."""
        self.projects[name] = str(100_000_000_000 + int(hashlib.sha256(name.encode()).hexdigest(), 16) % 10**11)
        for api in apis:
            self.put("google_project_service", f"{name}/{api}", {"project": name, "service": api})

    def add_secret(self, project: str, name: str, *, versions: Iterable[str] = ("1",)) -> None:
        """A secret with enabled versions."""
        path = f"projects/{project}/secrets/{name}"
        values: Object = {"project": project, "secret_id": name, "name": path, "replication": [{"auto": [{}]}]}
        self.put("google_secret_manager_secret", path, values)
        self.secret_versions[path] = list(versions)

    def add_repository(self, project: str, name: str, *, location: str = "us") -> None:
        """A Docker repository of Artifact Registry."""
        path = f"projects/{project}/locations/{location}/repositories/{name}"
        values = {"project": project, "location": location, "repository_id": name, "name": name, "format": "DOCKER"}
        values["mode"] = "STANDARD_REPOSITORY"
        self.put("google_artifact_registry_repository", path, values)

    def find(self, kind: str, identifier: str) -> Object | None:
        """A resource's values, None if there is none."""
        return self.resources.get(kind, {}).get(identifier)

    def list_all(self, kind: str) -> Iterable[Object]:
        """All resources of a type."""
        return self.resources.get(kind, {}).values()

    def put(self, kind: str, identifier: str, values: Object) -> None:
        """Creates or replaces a resource."""
        self.resources.setdefault(kind, {})[identifier] = {**values, "id": identifier}

    def remove(self, kind: str, identifier: str) -> None:
        """Removes a resource with the bindings on it; one that is gone already is no error."""
        self.resources.get(kind, {}).pop(identifier, None)
        self.secret_versions.pop(identifier, None)
        for name, members in self.resources.items():
            if "_iam_" in name:
                for member in [member for member in members if member.startswith(f"{identifier}/")]:
                    del members[member]

    def is_enabled(self, project: str, api: str) -> bool:
        """Whether the API is switched on in the project."""
        return api in _BORN_ENABLED or self.find("google_project_service", f"{project}/{api}") is not None


@dataclass(frozen=True, slots=True)
class World:
    """The file; it need not exist yet."""

    path: Path

    def load(self) -> Cloud:
        """What exists now, to be read only: all who read the same get the same object."""
        return _parse_once(self._read())

    @contextmanager
    def change(self) -> Iterator[Cloud]:
        """What exists now, for changes that are kept at the end, also after an error; one writer at a time."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.with_name(self.path.name + ".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            cloud = _parse(self._read())
            try:
                yield cloud
            finally:
                self._save(cloud)

    def _read(self) -> str:
        return self.path.read_text(encoding="utf-8") if self.path.exists() else ""

    def _save(self, cloud: Cloud) -> None:
        document = {name: getattr(cloud, name) for name in Cloud.__slots__}
        draft = self.path.with_name(self.path.name + ".new")
        # Not indented: Python writes that ten times slower, and every change is written.
        draft.write_text(json.dumps(document, sort_keys=True) + "\n", encoding="utf-8")
        draft.replace(self.path)


def _parse(text: str) -> Cloud:
    document: dict[str, Any] = json.loads(text or "{}")
    return Cloud(**document)


# Every resource is read once a plan, and few plans change anything.
_parse_once = lru_cache(maxsize=2)(_parse)
