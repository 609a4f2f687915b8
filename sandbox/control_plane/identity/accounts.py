"""Tokens and keys: who stands behind an Authorization header."""

from __future__ import annotations

import secrets
from datetime import timedelta
from functools import cache
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from google.auth import jwt

from sandbox.control_plane.problems import ApiError, explain
from sandbox.control_plane.timeline import Timeline

# google-auth annotates only a part of this module.
_jwt: Any = jwt
EXPECTED = "Expected OAuth 2 access token, login cookie or other valid authentication credential."


class Identities:
    """Issues tokens and service-account keys, and recognizes what it has issued."""

    def __init__(self, timeline: Timeline | None = None) -> None:
        self._timeline = timeline or Timeline()
        self._tokens: dict[str, str] = {}
        self._keys: dict[str, tuple[str, bytes]] = {}

    def issue_token(self, email: str) -> str:
        """An access token of the account."""
        token = f"ya29.{secrets.token_urlsafe(24)}"
        self._tokens[token] = email
        return token

    def revoke_tokens(self) -> None:
        """Makes every token issued so far invalid, as if it had expired."""
        self._tokens.clear()

    def issue_key(self, email: str, project: str, token_uri: str) -> dict[str, str]:
        """The content of a service-account key file; no other key that was issued here is the same."""
        private = make_private_key(len(self._keys))
        key_id = secrets.token_hex(20)
        self._keys[key_id] = (email, _encode_public(private.public_key()))
        return {
            "type": "service_account",
            "project_id": project,
            "private_key_id": key_id,
            "private_key": _encode_private(private),
            "client_email": email,
            "client_id": "100000000000000000000",
            "token_uri": token_uri,
        }

    def identify(self, authorization: str) -> str:
        """The e-mail address behind an Authorization header. Raises UNAUTHENTICATED."""
        scheme, _, credential = authorization.partition(" ")
        if scheme != "Bearer" or not credential:
            message = f"Request is missing required authentication credential. {EXPECTED}"
            raise ApiError("UNAUTHENTICATED", message, explain("CREDENTIALS_MISSING", "googleapis.com"))
        if credential in self._tokens:
            return self._tokens[credential]
        try:
            return self.verify_assertion(credential, None)
        except ValueError as error:
            message = f"Request had invalid authentication credentials. {EXPECTED}"
            raise ApiError("UNAUTHENTICATED", message, explain("ACCESS_TOKEN_EXPIRED", "googleapis.com")) from error

    def verify_assertion(self, assertion: str, audience: list[str] | None) -> str:
        """The account that signed the token with its own key. Raises ValueError if none did, or it has expired."""
        key_id = _jwt.decode_header(assertion).get("kid", "")
        if key_id not in self._keys:
            raise ValueError("Invalid JWT Signature.")
        email, public_key = self._keys[key_id]
        # The library compares with the machine's time, and who signs goes by the timeline's.
        skew = -(-abs(self._timeline.ahead) // timedelta(seconds=1))
        claims: dict[str, Any] = dict(
            _jwt.decode(assertion, certs=public_key, audience=audience, clock_skew_in_seconds=skew)
        )
        if claims["iss"] != email:
            raise ValueError("Invalid issuer.")
        return email


@cache
def make_private_key(_number: int) -> rsa.RSAPrivateKey:
    """Which one matters to nobody, and making one takes 0.1 s: each stand-in of a process begins with the same keys."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def _encode_public(key: rsa.RSAPublicKey) -> bytes:
    return key.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)


def _encode_private(key: rsa.RSAPrivateKey) -> str:
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return pem.decode()
