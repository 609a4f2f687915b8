"""A service account's key, which signs its own tokens: no request for one (https://google.aip.dev/auth/4111)."""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from datetime import UTC, datetime
from importlib import import_module
from typing import Any

from runtime.process.clock import Clock

SCOPES = ("https://www.googleapis.com/auth/cloud-platform",)
NEEDED = ("client_email", "private_key", "private_key_id")
# The longest that Google accepts, and google-auth's margin before a token counts as expired.
LIFETIME_SECONDS = 3600
MARGIN_SECONDS = 225


class KeyCredentials:
    """What a session uses of google-auth's credentials, without the time that importing google-auth takes."""

    quota_project_id = None

    def __init__(self, info: Mapping[str, str], clock: Clock) -> None:
        """`info` is the file's content. Raises ValueError, or what cryptography has for a text that is no key."""
        missing = [name for name in NEEDED if not isinstance(info.get(name), str)]
        if missing:
            raise ValueError(f"it has no {', '.join(missing)}")
        self._info = info
        self._clock = clock
        serialization = import_module("cryptography.hazmat.primitives.serialization")
        # To prove that the key's numbers are prime takes 36 ms of an operator's waiting, and Google tells it too.
        try:
            self._key = serialization.load_pem_private_key(
                info["private_key"].encode(), password=None, unsafe_skip_rsa_key_validation=True
            )
        except ValueError as error:
            # cryptography's own words are a paragraph about PEM.
            raise ValueError("its private_key is not a key") from error
        if not isinstance(self._key, import_module("cryptography.hazmat.primitives.asymmetric.rsa").RSAPrivateKey):
            raise ValueError("its private_key is not an RSA key, and Google issues no others")
        self.sign()

    @property
    def valid(self) -> bool:
        """Whether the token is good for the next call."""
        return self._clock.epoch() < self._expires - MARGIN_SECONDS

    @property
    def expiry(self) -> datetime:
        """The end of the token."""
        return datetime.fromtimestamp(self._expires, UTC)

    def sign(self) -> None:
        """A new token: RFC 7519, with RS256 of RFC 7518."""
        now = int(self._clock.epoch())
        account = self._info["client_email"]
        claims = {"iss": account, "sub": account, "scope": " ".join(SCOPES), "iat": now, "exp": now + LIFETIME_SECONDS}
        header = {"alg": "RS256", "typ": "JWT", "kid": self._info["private_key_id"]}
        signed = b".".join(_encode(json.dumps(part).encode()) for part in (header, claims))
        padding = import_module("cryptography.hazmat.primitives.asymmetric.padding").PKCS1v15()
        signature = self._key.sign(signed, padding, import_module("cryptography.hazmat.primitives.hashes").SHA256())
        self.token = b".".join((signed, _encode(signature))).decode("ascii")
        self._expires = now + LIFETIME_SECONDS

    def for_exchange(self) -> Any:
        """google-auth's credentials of the same key, which ask Google for an OAuth access token."""
        service_account = import_module("google.oauth2.service_account")
        return service_account.Credentials.from_service_account_info(self._info, scopes=SCOPES)


def _encode(part: bytes) -> bytes:
    return urlsafe_b64encode(part).rstrip(b"=")
