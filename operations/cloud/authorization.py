"""The headers by which Google knows the caller, renewed as tokens expire."""

from __future__ import annotations

from importlib import import_module
from threading import Lock
from typing import TYPE_CHECKING

from operations.cloud.credentials import Identity
from operations.cloud.key_credentials import KeyCredentials
from operations.cloud.refusals import CredentialsRefused, NoConnection
from operations.cloud.token_transport import TokenTransport
from runtime.net.retry import draw_delay
from runtime.process.clock import Clock
from runtime.process.secret import Redactor, Secret

if TYPE_CHECKING:
    from runtime.net.transport import Transport

ATTEMPTS = 5


class Authorization:
    """Safe to use from several threads: one of them renews, the others wait for it."""

    def __init__(self, identity: Identity, transport: Transport, clock: Clock, redactor: Redactor) -> None:
        self.headers: dict[str, tuple[str, Secret]] = {}
        self._identity = identity
        self._transport = transport
        self._clock = clock
        self._redactor = redactor
        self._renewal = Lock()

    def renew(self) -> None:
        """Sees that `headers` has a token that is still good; CredentialsRefused or NoConnection if there is none."""
        with self._renewal:
            credentials = self._identity.credentials
            if self.headers and credentials.valid:
                return
            self._refresh()
            secret = Secret(credentials.token, "the access token")
            self._redactor.add(secret)
            self.headers["Authorization"] = ("Bearer ", secret)
            if credentials.quota_project_id:
                self.headers["X-Goog-User-Project"] = ("", Secret(credentials.quota_project_id, "the quota project"))

    def _refresh(self) -> None:
        credentials = self._identity.credentials
        if isinstance(credentials, KeyCredentials):
            credentials.sign()
            return
        exceptions = import_module("google.auth.exceptions")
        for attempt in range(ATTEMPTS):
            try:
                credentials.refresh(TokenTransport(self._transport))
                return
            except exceptions.TransportError as error:
                if attempt == ATTEMPTS - 1:
                    problem = f"no token from Google: {error}"
                    raise NoConnection(problem, "check the network, then repeat", maybe_processed=False) from error
                self._clock.sleep(draw_delay(attempt, self._clock.uniform))
            except exceptions.GoogleAuthError as error:
                remedy = "gcloud auth application-default login, or a newer key"
                raise CredentialsRefused(f"no token from {self._identity.source}: {error}", remedy) from error
