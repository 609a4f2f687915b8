"""TLS: always verified, by the CA certificates that OpenSSL finds on this system."""

from __future__ import annotations

import os
import ssl
from collections.abc import Callable, Mapping
from socket import socket
from time import monotonic

from runtime.net.faults import CERTIFICATE, HANDSHAKE, ConnectionFault, map_exceptions
from runtime.process.errors import ConfigurationError

# Where Debian, and so the image, keeps its CA certificates: a file for each subject's hash, and all of them in one.
HASHED_FOLDER = "/etc/ssl/certs"
BUNDLE = "/etc/ssl/certs/ca-certificates.crt"
# Well beyond what a server needs whose machine is busy; the request is not sent yet.
HANDSHAKE_SECONDS = 30.0
REMEDY = "correct the variable, or unset it: the system's CA certificates are used then"


class TrustStore:
    """The system's CA certificates; SSL_CERT_FILE and SSL_CERT_DIR mean what they mean to OpenSSL.

    `context` verifies certificate and host name, with TLS 1.2 or later. Unless SSL_CERT_FILE is set it begins with the
    hashed folder, in which OpenSSL looks up the one certificate it needs: to parse the default bundle takes 24 ms of a
    job of 50 ms. Somebody may have added to the bundle alone, so it is read once a server is not verified without it.
    """

    def __init__(self, variables: Mapping[str, str] = os.environ) -> None:
        """Raises ConfigurationError for a file without a certificate, or folders of which none exists."""
        file, self._folders = variables.get("SSL_CERT_FILE"), variables.get("SSL_CERT_DIR")
        if self._folders and not any(map(os.path.isdir, self._folders.split(os.pathsep))):
            raise ConfigurationError(f"SSL_CERT_DIR {self._folders} does not exist", REMEDY)
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        self.context.minimum_version = ssl.TLSVersion.TLSv1_2
        self._is_complete = bool(file)
        if file:
            try:
                self.context.load_verify_locations(file, self._folders or ssl.get_default_verify_paths().capath)
            except ssl.SSLError as error:
                raise ConfigurationError(f"SSL_CERT_FILE {file} holds no certificate", REMEDY) from error
            except OSError as error:
                raise ConfigurationError(f"SSL_CERT_FILE {file} cannot be read: {error.strerror}", REMEDY) from error
        else:
            self.context.load_verify_locations(capath=self._folders or HASHED_FOLDER)

    def connect(self, open_socket: Callable[[], socket], host: str, deadline: float) -> ssl.SSLSocket:
        """A connection after a verified handshake; ConnectionFault if there is none: no request was sent yet."""
        was_complete = self._is_complete
        try:
            return self._shake_hands(open_socket(), host, deadline)
        except ConnectionFault as refusal:
            if was_complete or refusal.kind != CERTIFICATE:
                raise
            self._complete()
        return self._shake_hands(open_socket(), host, deadline)

    def _complete(self) -> None:
        self.context.load_default_certs()
        if os.path.isfile(BUNDLE) and not self._folders:
            self.context.load_verify_locations(BUNDLE)
        self._is_complete = True

    def _shake_hands(self, plain: socket, host: str, deadline: float) -> ssl.SSLSocket:
        try:
            plain.settimeout(max(0.001, min(deadline - monotonic(), HANDSHAKE_SECONDS)))
            with map_exceptions({ssl.SSLCertVerificationError: CERTIFICATE, OSError: HANDSHAKE}, host):
                # A host name in bytes spares the import of the idna codec.
                return self.context.wrap_socket(plain, server_hostname=host.encode("ascii"))
        finally:
            # wrap_socket takes the descriptor over if it succeeds; then this closes nothing.
            plain.close()
