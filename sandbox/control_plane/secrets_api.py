"""Secret Manager v1: secrets, their versions and values."""

from __future__ import annotations

from collections.abc import Iterator

import google_crc32c
from google.cloud import secretmanager_v1
from google.cloud.secretmanager_v1.services.secret_manager_service.transports.rest_base import (
    _BaseSecretManagerServiceRestTransport,
)

from sandbox.control_plane.identity.access import Access
from sandbox.control_plane.messages import page
from sandbox.control_plane.methods import Method, list_methods
from sandbox.control_plane.moments import stamp
from sandbox.control_plane.problems import ApiError, refuse_argument
from sandbox.control_plane.world.world import Version, World

State = secretmanager_v1.SecretVersion.State
PAGE = {"default": 25000, "limit": 25000}
ENABLED_ONLY = ("state:ENABLED", "state=ENABLED")


class SecretsApi:
    """Names in answers carry the project's number, as Google's do."""

    def __init__(self, world: World, access: Access) -> None:
        self._world = world
        self._access = access

    def methods(self) -> Iterator[Method]:
        """What is served, and the rest of the API as unserved."""
        served = {
            "ListSecrets": (secretmanager_v1.ListSecretsRequest, self._list_secrets),
            "GetSecret": (secretmanager_v1.GetSecretRequest, self._get_secret),
            "ListSecretVersions": (secretmanager_v1.ListSecretVersionsRequest, self._list_versions),
            "GetSecretVersion": (secretmanager_v1.GetSecretVersionRequest, self._get_version),
            "AccessSecretVersion": (secretmanager_v1.AccessSecretVersionRequest, self._access_version),
        }
        yield from list_methods(_BaseSecretManagerServiceRestTransport, served)

    def _list_secrets(
        self, caller: str, request: secretmanager_v1.ListSecretsRequest
    ) -> secretmanager_v1.ListSecretsResponse:
        self._access.require(caller, "secretmanager.secrets.list", request.parent)
        if request.filter:
            raise refuse_argument(f"The stand-in does not know the filter {request.filter!r}.")
        names = sorted(name for name in self._world.secrets if name.startswith(f"{request.parent}/"))
        shown, token = page(names, request.page_size, request.page_token, **PAGE)
        secrets = [self._describe_secret(name) for name in shown]
        return secretmanager_v1.ListSecretsResponse(secrets=secrets, next_page_token=token, total_size=len(names))

    def _get_secret(self, caller: str, request: secretmanager_v1.GetSecretRequest) -> secretmanager_v1.Secret:
        self._access.require(caller, "secretmanager.secrets.get", request.name)
        self._find_versions(request.name)
        return self._describe_secret(request.name)

    def _list_versions(
        self, caller: str, request: secretmanager_v1.ListSecretVersionsRequest
    ) -> secretmanager_v1.ListSecretVersionsResponse:
        self._access.require(caller, "secretmanager.versions.list", request.parent)
        if request.filter and request.filter not in ENABLED_ONLY:
            raise refuse_argument(f"The stand-in does not know the filter {request.filter!r}.")
        numbered = list(enumerate(self._find_versions(request.parent), start=1))[::-1]
        found = [(number, version) for number, version in numbered if not request.filter or version.state == "ENABLED"]
        shown, token = page(found, request.page_size, request.page_token, **PAGE)
        versions = [self._describe_version(request.parent, number, version) for number, version in shown]
        return secretmanager_v1.ListSecretVersionsResponse(
            versions=versions, next_page_token=token, total_size=len(found)
        )

    def _get_version(
        self, caller: str, request: secretmanager_v1.GetSecretVersionRequest
    ) -> secretmanager_v1.SecretVersion:
        self._access.require(caller, "secretmanager.versions.get", request.name)
        return self._describe_version(*self._find_version(request.name))

    def _access_version(
        self, caller: str, request: secretmanager_v1.AccessSecretVersionRequest
    ) -> secretmanager_v1.AccessSecretVersionResponse:
        self._access.require(caller, "secretmanager.versions.access", request.name)
        secret, number, version = self._find_version(request.name)
        name = self._world.number_of(f"{secret}/versions/{number}")
        if version.state != "ENABLED":
            raise ApiError("FAILED_PRECONDITION", f"Secret Version [{name}] is in {version.state} state.")
        checksum = int(google_crc32c.value(version.value))
        payload = secretmanager_v1.SecretPayload(data=version.value, data_crc32c=checksum)
        return secretmanager_v1.AccessSecretVersionResponse(name=name, payload=payload)

    def _find_versions(self, secret: str) -> list[Version]:
        if secret not in self._world.secrets:
            raise ApiError("NOT_FOUND", f"Secret [{self._world.number_of(secret)}] not found.")
        return self._world.secrets[secret]

    def _find_version(self, name: str) -> tuple[str, int, Version]:
        """`latest` is the newest version, in any state."""
        secret, _, wanted = name.partition("/versions/")
        versions = self._find_versions(secret)
        number = len(versions) if wanted == "latest" else int(wanted) if wanted.isdigit() else 0
        if not 1 <= number <= len(versions):
            raise ApiError("NOT_FOUND", f"Secret Version [{self._world.number_of(name)}] not found.")
        return secret, number, versions[number - 1]

    def _describe_secret(self, name: str) -> secretmanager_v1.Secret:
        automatic = secretmanager_v1.Replication(automatic=secretmanager_v1.Replication.Automatic())
        number = self._world.number_of(name)
        return secretmanager_v1.Secret(
            name=number, create_time=stamp(self._world.created), replication=automatic, etag=f'"{name}"'
        )

    def _describe_version(self, secret: str, number: int, version: Version) -> secretmanager_v1.SecretVersion:
        name = self._world.number_of(f"{secret}/versions/{number}")
        return secretmanager_v1.SecretVersion(
            name=name, create_time=stamp(self._world.created), state=getattr(State, version.state), etag=f'"{name}"'
        )
