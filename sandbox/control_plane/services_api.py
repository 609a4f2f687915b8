"""Service Usage v1: which APIs are enabled."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sandbox.control_plane.identity.access import Access
from sandbox.control_plane.messages import page
from sandbox.control_plane.methods import Method
from sandbox.control_plane.problems import refuse_argument
from sandbox.control_plane.world.world import World

# https://cloud.google.com/service-usage/docs/reference/rest/v1/services/batchGet
MAX_BATCH = 30
Query = dict[str, Any]


class ServicesApi:
    """No protocol buffers of this API are among the dependencies: its few fields are written out here."""

    def __init__(self, world: World, access: Access) -> None:
        self._world = world
        self._access = access

    def methods(self) -> Iterator[Method]:
        """What is served."""
        parent = "/v1/{parent=projects/*}/services"
        yield Method("GET", parent, request=("filter", "pageSize", "pageToken"), handle=self._list_services)
        yield Method("GET", f"{parent}:batchGet", request=("names",), handle=self._get_batch)
        yield Method("GET", "/v1/{name=projects/*/services/*}", handle=self._get_service)

    def _list_services(self, caller: str, query: Query) -> dict[str, Any]:
        self._access.require(caller, "serviceusage.services.list", query["parent"])
        if query.get("filter", ["state:ENABLED"]) != ["state:ENABLED"]:
            raise refuse_argument("The stand-in lists enabled services only: filter=state:ENABLED.")
        project = query["parent"].partition("/")[2]
        names = sorted(service for owner, service in self._world.services if owner == project)
        size, token = int(query.get("pageSize", ["0"])[0]), query.get("pageToken", [""])[0]
        shown, following = page(names, size, token, default=50, limit=200)
        listed: dict[str, Any] = {"services": [self._describe(project, name) for name in shown]}
        return listed | ({"nextPageToken": following} if following else {})

    def _get_batch(self, caller: str, query: Query) -> dict[str, Any]:
        self._access.require(caller, "serviceusage.services.get", query["parent"])
        names = query.get("names", [])
        if not 1 <= len(names) <= MAX_BATCH:
            raise refuse_argument(f"names: between 1 and {MAX_BATCH} services are needed, got {len(names)}")
        return {"services": [self._describe(*self._split(query["parent"], name)) for name in names]}

    def _get_service(self, caller: str, query: Query) -> dict[str, Any]:
        self._access.require(caller, "serviceusage.services.get", query["name"])
        _, project, _, service = query["name"].split("/")
        return self._describe(project, service)

    def _split(self, parent: str, name: str) -> tuple[str, str]:
        prefix, _, service = name.rpartition("/services/")
        if not service or self._world.resolve_project(prefix.removeprefix("projects/")) != parent.partition("/")[2]:
            raise refuse_argument(f"names: {name!r} is not a service of {parent}")
        return parent.partition("/")[2], service

    def _describe(self, project: str, service: str) -> dict[str, Any]:
        parent = f"projects/{self._world.projects[project]}"
        state = "ENABLED" if (project, service) in self._world.services else "DISABLED"
        return {"name": f"{parent}/services/{service}", "config": {"name": service}, "state": state, "parent": parent}
