"""google-auth, unmodified, gets tokens from the stand-in: by a key file, and inside a container."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from typing import Any

import google.auth.transport.requests
import pytest
from google.auth import jwt
from google.auth.compute_engine import _metadata
from google.auth.crypt import RSASigner
from google.auth.exceptions import RefreshError
from google.oauth2 import service_account

from sandbox.control_plane import ControlPlane
from sandbox.control_plane.example import PROJECT, account
from sandbox.control_plane.identity.oauth import GRANT_TYPE

SCOPES = ["https://www.googleapis.com/auth/cloud-platform"]


def _credentials(key: dict[str, str]) -> Any:
    return service_account.Credentials.from_service_account_info(key, scopes=SCOPES)  # type: ignore[no-untyped-call]


def test_key_file_gets_a_token_of_its_account(plane: ControlPlane) -> None:
    """The whole exchange: a signed assertion for an access token."""
    credentials = _credentials(plane.key_for(account("daily"), PROJECT))
    credentials.refresh(google.auth.transport.requests.Request())

    assert plane.identities.identify(f"Bearer {credentials.token}") == account("daily")
    assert credentials.expiry is not None


def test_self_signed_token_is_good_without_an_exchange(plane: ControlPlane) -> None:
    """Google's clients do without the token endpoint if they can."""
    credentials = _credentials(plane.key_for(account("daily"), PROJECT)).with_always_use_jwt_access(True)
    credentials._create_self_signed_jwt("https://run.googleapis.com/")
    credentials.refresh(google.auth.transport.requests.Request())

    assert plane.identities.identify(f"Bearer {credentials.token}") == account("daily")
    assert plane.server.requests == []


@pytest.mark.parametrize("change", [{"private_key_id": "0" * 40}, {"client_email": "other@example.com"}])
def test_key_that_is_not_that_accounts(plane: ControlPlane, change: dict[str, str]) -> None:
    """400 invalid_grant, as for a key that was deleted."""
    key = plane.key_for(account("daily"), PROJECT) | change
    assertion = _credentials(key)._make_authorization_grant_assertion().decode()
    form = f"grant_type={GRANT_TYPE}&assertion={assertion}".encode()

    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(f"{plane.url}/token", form)
    with refused.value as reply:
        assert (reply.code, json.loads(reply.read())["error"]) == (400, "invalid_grant")


def test_forged_assertion(plane: ControlPlane) -> None:
    """A key's name is public; a signature of another key does not pass."""
    ours, theirs = (plane.key_for(account("daily"), PROJECT) for _ in range(2))
    forged = ours | {"private_key": theirs["private_key"]}

    with pytest.raises(RefreshError, match="invalid_grant"):
        _credentials(forged).refresh(google.auth.transport.requests.Request())


def test_metadata_server_knows_the_containers_account(plane: ControlPlane, monkeypatch: pytest.MonkeyPatch) -> None:
    """google-auth finds account, project and token of the job that it runs in."""
    host = plane.metadata_for(account("daily")).url.removeprefix("http://")
    monkeypatch.setattr(_metadata, "_GCE_METADATA_HOST", host)
    request = google.auth.transport.requests.Request()
    token, _ = _metadata.get_service_account_token(request)  # type: ignore[no-untyped-call]

    assert _metadata.get_project_id(request) == PROJECT  # type: ignore[no-untyped-call]
    assert _metadata.get_service_account_info(request)["email"] == account("daily")  # type: ignore[no-untyped-call]
    assert plane.identities.identify(f"Bearer {token}") == account("daily")


@pytest.mark.parametrize(
    "headers", [{}, {"Metadata-Flavor": "google"}, {"Metadata-Flavor": "Google", "X-Forwarded-For": "x"}]
)
def test_metadata_without_its_header_is_refused(plane: ControlPlane, headers: dict[str, str]) -> None:
    """A forged request cannot set it."""
    server = plane.metadata_for(account("daily"))
    for key in ("project/project-id", "instance/service-accounts/default/token"):
        request = urllib.request.Request(f"{server.url}/computeMetadata/v1/{key}", headers=headers)
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(request)
        with refused.value as reply:
            assert reply.code == 403


@pytest.mark.parametrize(
    ("claims", "words"),
    [
        ({"iat": 1_600_000_000, "exp": 1_600_003_600}, "expired"),
        ({"aud": "https://example.com/token"}, "audience"),
    ],
)
def test_assertion_of_another_time_or_for_somebody_else(
    plane: ControlPlane, claims: dict[str, Any], words: str
) -> None:
    """The times in an assertion count, and whom it is meant for."""
    key = plane.key_for(account("daily"), PROJECT)
    signer = RSASigner.from_service_account_info(key)  # type: ignore[no-untyped-call]
    now = int(plane.timeline.now().timestamp())
    whole = {"iss": account("daily"), "aud": key["token_uri"], "iat": now, "exp": now + 60} | claims
    assertion = jwt.encode(signer, whole).decode()  # type: ignore[no-untyped-call]

    with pytest.raises(ValueError, match=words):
        plane.identities.verify_assertion(assertion, [key["token_uri"]])
