"""Artifact Registry v1: repositories, Docker images and tags."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sandbox.control_plane.identity.access import Access
from sandbox.control_plane.messages import page
from sandbox.control_plane.methods import Method
from sandbox.control_plane.problems import ApiError
from sandbox.control_plane.world.world import Image, World

Query = dict[str, Any]
REPOSITORY = "projects/*/locations/*/repositories/*"


class RegistryApi:
    """No protocol buffers of this API are among the dependencies: its few fields are written out here."""

    def __init__(self, world: World, access: Access) -> None:
        self._world = world
        self._access = access

    def methods(self) -> Iterator[Method]:
        """What is served; an image's name has a colon in it, which `@` lets pass (see methods.py)."""
        yield Method("GET", f"/v1/{{name={REPOSITORY}}}", handle=self._get_repository)
        listed = ("pageSize", "pageToken")
        yield Method("GET", f"/v1/{{parent={REPOSITORY}}}/dockerImages", request=listed, handle=self._list_images)
        yield Method("GET", f"/v1/{{name={REPOSITORY}/dockerImages/@}}", handle=self._get_image)
        yield Method("GET", f"/v1/{{name={REPOSITORY}/packages/*/tags/*}}", handle=self._get_tag)

    def _get_repository(self, caller: str, query: Query) -> dict[str, Any]:
        self._access.require(caller, "artifactregistry.repositories.get", query["name"])
        self._check_repository(query["name"])
        return {"name": query["name"], "format": "DOCKER"}

    def _list_images(self, caller: str, query: Query) -> dict[str, Any]:
        self._access.require(caller, "artifactregistry.dockerimages.list", query["parent"])
        images = sorted(self._list_of(query["parent"]), key=lambda image: (image.name, image.digest))
        size, token = int(query.get("pageSize", ["0"])[0]), query.get("pageToken", [""])[0]
        shown, following = page(images, size, token, default=100, limit=1000)
        listed: dict[str, Any] = {"dockerImages": [self._describe(query["parent"], image) for image in shown]}
        return listed | ({"nextPageToken": following} if following else {})

    def _get_image(self, caller: str, query: Query) -> dict[str, Any]:
        self._access.require(caller, "artifactregistry.dockerimages.get", query["name"])
        repository = query["name"].partition("/dockerImages/")[0]
        for image in self._list_of(repository):
            described = self._describe(repository, image)
            if described["name"] == query["name"]:
                return described
        raise ApiError("NOT_FOUND", f"Requested entity was not found: {query['name']}.")

    def _get_tag(self, caller: str, query: Query) -> dict[str, Any]:
        self._access.require(caller, "artifactregistry.tags.get", query["name"])
        package, _, tag = query["name"].partition("/tags/")
        for image in self._list_of(package.partition("/packages/")[0]):
            if tag in image.tags and image.name.rpartition("/")[2] == package.rpartition("/")[2]:
                return {"name": query["name"], "version": f"{package}/versions/{image.digest}"}
        raise ApiError("NOT_FOUND", f"Requested entity was not found: {query['name']}.")

    def _list_of(self, repository: str) -> list[Image]:
        """The images of a repository named like a host: gcr.io/PROJECT/NAME is in the repository gcr.io."""
        self._check_repository(repository)
        prefix = f"{repository.rpartition('/')[2]}/{repository.split('/')[1]}/"
        return [image for image in self._world.images if image.name.startswith(prefix)]

    def _check_repository(self, name: str) -> None:
        if name not in self._world.repositories:
            raise ApiError("NOT_FOUND", f"Repository not found: {name}.")

    def _describe(self, repository: str, image: Image) -> dict[str, Any]:
        moment = self._world.created.isoformat().replace("+00:00", "Z")
        _, project, _, location, _, short = repository.split("/")
        image_name = f"{image.name.rpartition('/')[2]}@{image.digest}"
        return {
            "name": f"{repository}/dockerImages/{image_name}",
            # Of the repository, not of the host name that it serves.
            "uri": f"{location}-docker.pkg.dev/{project}/{short}/{image_name}",
            "tags": list(image.tags),
            "mediaType": "application/vnd.oci.image.manifest.v1+json",
            "uploadTime": moment,
            "updateTime": moment,
        }
