"""A certificate authority of the sandbox's own, for stand-ins that speak TLS."""

from __future__ import annotations

import ssl
from pathlib import Path

import trustme


class Authority:
    """Issues certificates that nobody trusts who was not told to."""

    def __init__(self) -> None:
        self._authority = trustme.CA()

    def server_context(self, *names: str) -> ssl.SSLContext:
        """A server's TLS settings with a certificate for these names or addresses."""
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        self._authority.issue_cert(*names).configure_cert(context)
        return context

    def write_certificate(self, path: Path) -> None:
        """Writes the authority's own certificate, as SSL_CERT_FILE and `cafile` want it."""
        self._authority.cert_pem.write_to_path(str(path))
