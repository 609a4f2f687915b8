"""google-cloud-secret-manager: secrets, versions in every state, values with their checksum."""

from __future__ import annotations

import google_crc32c
import pytest
from google.api_core import exceptions
from google.cloud import secretmanager_v1

from sandbox.control_plane import ControlPlane
from sandbox.control_plane.example import PROJECT, SECRET
from sandbox.control_plane.world.world import Version
from tests.conformance.conftest import Clients

NAME = f"projects/{PROJECT}/secrets/{SECRET}"
State = secretmanager_v1.SecretVersion.State


def test_secrets_and_their_versions(plane: ControlPlane, operator: Clients) -> None:
    """Newest version first; names with the project's number; a filter for the enabled ones."""
    plane.world.secrets[NAME] = [Version(b"a", "DESTROYED"), Version(b"b", "DISABLED"), Version(b"c")]
    number = f"projects/{plane.world.projects[PROJECT]}/secrets/{SECRET}"

    assert [secret.name for secret in operator.secrets.list_secrets(parent=f"projects/{PROJECT}")] == [number]
    assert operator.secrets.get_secret(name=NAME).name == number
    versions = operator.secrets.list_secret_versions(request={"parent": NAME, "page_size": 2})
    assert [(version.name.rpartition("/")[2], version.state) for version in versions] == [
        ("3", State.ENABLED),
        ("2", State.DISABLED),
        ("1", State.DESTROYED),
    ]
    enabled = operator.secrets.list_secret_versions(request={"parent": NAME, "filter": "state:ENABLED"})
    assert [version.name for version in enabled] == [f"{number}/versions/3"]


def test_value_of_the_latest_version(plane: ControlPlane, operator: Clients) -> None:
    """Bytes as they were put in, and the checksum over them."""
    plane.world.secrets[NAME].append(Version("schlüssel".encode()))
    answer = operator.secrets.access_secret_version(name=f"{NAME}/versions/latest")

    assert answer.name.endswith("/versions/2")
    assert answer.payload.data == "schlüssel".encode()
    assert answer.payload.data_crc32c == google_crc32c.value(answer.payload.data)
    assert operator.secrets.get_secret_version(name=f"{NAME}/versions/latest").state == State.ENABLED


def test_errors_as_the_clients_exceptions(plane: ControlPlane, operator: Clients, stranger: Clients) -> None:
    """Missing, forbidden with the reason for programs, and a newest version that is disabled."""
    with pytest.raises(exceptions.NotFound):
        operator.secrets.get_secret(name=f"projects/{PROJECT}/secrets/none")
    with pytest.raises(exceptions.Forbidden) as refused:
        stranger.secrets.access_secret_version(name=f"{NAME}/versions/latest")
    assert refused.value.reason == "IAM_PERMISSION_DENIED"
    assert refused.value.metadata["permission"] == "secretmanager.versions.access"
    plane.world.secrets[NAME][-1].state = "DISABLED"
    with pytest.raises(exceptions.BadRequest, match="DISABLED"):
        operator.secrets.access_secret_version(name=f"{NAME}/versions/latest")
