"""google-auth's requests over the project's own transport: its usual one takes 200 ms to import."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING

from runtime.config.env_reader import METADATA_HOSTS
from runtime.net.endpoint import read_endpoint
from runtime.net.faults import ConnectionFault
from runtime.net.transport import WireRequest

if TYPE_CHECKING:
    from runtime.net.transport import Transport

ANSWER_SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class Answer:
    """What google.auth.transport.Response promises."""

    status: int
    headers: Mapping[str, str]
    data: bytes


@dataclass(frozen=True, slots=True)
class TokenTransport:
    """What google.auth.transport.Request promises."""

    transport: Transport

    def __call__(
        self,
        url: str,
        method: str = "GET",
        body: bytes | str | None = None,
        headers: Mapping[str, str] | None = None,
        timeout: float | None = None,
        **_options: object,
    ) -> Answer:
        """Raises google.auth.exceptions.TransportError."""
        _check_address(url)
        data = body.encode() if isinstance(body, str) else body
        request = WireRequest(url, data, dict(headers or {}), method=method)
        try:
            return Answer(*self.transport.send(request, timeout or ANSWER_SECONDS))
        except ConnectionFault as fault:
            exceptions = import_module("google.auth.exceptions")
            raise exceptions.TransportError(str(fault)) from fault


def _check_address(url: str) -> None:
    scheme, _, rest = url.partition("://")
    authority = rest.partition("/")[0]
    if scheme != "http" or authority not in METADATA_HOSTS:
        read_endpoint(f"{scheme}://{authority}", "the address for tokens")
