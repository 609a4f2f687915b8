"""A key signs tokens that Google takes, by itself, and renews them in time."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from google.auth import jwt
from google.oauth2 import service_account

from operations.cloud.key_credentials import LIFETIME_SECONDS, MARGIN_SECONDS, SCOPES, KeyCredentials
from runtime.config.catalog import ROOT
from runtime.process.clock import Clock
from sandbox.control_plane.identity.accounts import Identities
from tests.support.scripted_google import EMAIL, STAGE
from tests.support.virtual_clock import VirtualClock

NOTHING_OF_GOOGLES = """
import sys
import operations.cloud.google_session, operations.cloud.key_credentials
sys.exit(any(name.startswith("google") for name in sys.modules))
"""
decode: Any = jwt.decode  # type: ignore[no-untyped-call,unused-ignore]
decode_header: Any = jwt.decode_header  # type: ignore[no-untyped-call,unused-ignore]


@pytest.fixture(scope="module")
def identities() -> Identities:
    """Google's side: it knows the public halves."""
    return Identities()


@pytest.fixture(scope="module")
def key(identities: Identities) -> dict[str, str]:
    """The file's content."""
    return dict(identities.issue_key(EMAIL, STAGE.project, "http://127.0.0.1:1/token"))


def test_google_takes_the_token(identities: Identities, key: dict[str, str]) -> None:
    """Its signature, its issuer and its time are checked by google-auth's own reader."""
    assert identities.identify(f"Bearer {KeyCredentials(key, Clock()).token}") == EMAIL


def test_the_token_says_what_google_auths_own_says(identities: Identities, key: dict[str, str]) -> None:
    """AIP-4111's claims: whose it is, what for, from when to when; and by which key it was signed."""
    kind: Any = service_account.Credentials
    theirs = kind.from_service_account_info(key, scopes=SCOPES).with_always_use_jwt_access(True)
    theirs.refresh(None)
    ours = KeyCredentials(key, Clock()).token
    claims = [decode(token, verify=False) for token in (ours, theirs.token)]
    for each in claims:
        assert LIFETIME_SECONDS == each.pop("exp") - each.pop("iat")
    assert claims[0] == claims[1]
    assert decode_header(ours) == decode_header(theirs.token)


def test_a_token_is_renewed_before_it_ends(key: dict[str, str]) -> None:
    """A call that is sent with a token that ends on the way is refused."""
    clock = VirtualClock()
    credentials = KeyCredentials(key, clock)
    first, began = credentials.token, clock.epoch()
    assert datetime.fromtimestamp(int(began) + LIFETIME_SECONDS, UTC) == credentials.expiry
    clock.sleep(LIFETIME_SECONDS - MARGIN_SECONDS - 1)
    assert credentials.valid
    clock.sleep(2)
    assert not credentials.valid
    credentials.sign()
    assert credentials.valid
    assert first != credentials.token


@pytest.mark.parametrize("name", ["client_email", "private_key", "private_key_id"])
def test_a_file_with_a_part_missing_is_named(name: str, key: dict[str, str]) -> None:
    """If it was copied by hand, the message names what was lost."""
    with pytest.raises(ValueError, match=f"^it has no {name}$"):
        KeyCredentials({**key, name: None}, Clock())  # type: ignore[dict-item]


def test_a_key_of_another_kind_is_named(key: dict[str, str]) -> None:
    """Somebody put another key into the file."""
    private = ec.generate_private_key(ec.SECP256R1())
    encoding = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    with pytest.raises(ValueError, match=r"^its private_key is not an RSA key"):
        KeyCredentials({**key, "private_key": private.private_bytes(*encoding).decode()}, Clock())


def test_nothing_of_google_auth_is_imported() -> None:
    """It takes longer to import than everything else of a command together."""
    done = subprocess.run([sys.executable, "-P", "-c", NOTHING_OF_GOOGLES], env={"PYTHONPATH": ROOT}, check=False)
    assert done.returncode == 0
