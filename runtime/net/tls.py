"""TLS: always verified, by the CA certificates that OpenSSL finds on this system."""

from __future__ import annotations

import os
import ssl
from socket import socket
from time import monotonic

from runtime.net.ca_certificates import REMEDY, check_ca_variables
from runtime.net.faults import CERTIFICATE, HANDSHAKE, map_exceptions
from runtime.process.errors import ConfigurationError

# Where Debian, and so the image, keeps its CA certificates: a file for each subject's hash, and all of them in one.
HASHED_FOLDER = "/etc/ssl/certs"
BUNDLE = "/etc/ssl/certs/ca-certificates.crt"
# Well beyond what a server needs whose machine is busy; the request is not sent yet.
HANDSHAKE_SECONDS = 30.0


class TrustStore:
    """The system's CA certificates; SSL_CERT_FILE and SSL_CERT_DIR mean what they mean to OpenSSL.

    `context` verifies certificate and host name, with TLS 1.2 or later. Unless SSL_CERT_FILE is set it begins with the
    hashed folder, in which OpenSSL looks up the one certificate it needs: to parse the default bundle takes 24 ms of a
    job of 50 ms. Somebody may have added to the bundle alone: `complete` reads it too.
    """

    __slots__ = ("context", "is_complete")

    def __init__(self) -> None:
        """Raises ConfigurationError if what a variable names cannot be used."""
        check_ca_variables(os.environ)
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        self.context.minimum_version = ssl.TLSVersion.TLSv1_2
        file, folders = os.environ.get("SSL_CERT_FILE"), os.environ.get("SSL_CERT_DIR")
        self.is_complete = False
        if file:
            try:
                self.context.load_verify_locations(file, folders or ssl.get_default_verify_paths().capath)
            except OSError as error:
                raise ConfigurationError(f"SSL_CERT_FILE {file} cannot be used: {error}", REMEDY) from error
            self.is_complete = True
        elif folders or os.path.isdir(HASHED_FOLDER):
            self.context.load_verify_locations(capath=folders or HASHED_FOLDER)
        else:
            self.complete()

    def complete(self) -> None:
        """Reads the bundles that were left out so far."""
        self.context.load_default_certs()
        if os.path.isfile(BUNDLE) and not os.environ.get("SSL_CERT_DIR"):
            self.context.load_verify_locations(BUNDLE)
        self.is_complete = True


def wrap_tls(plain: socket, host: str, deadline: float, context: ssl.SSLContext) -> ssl.SSLSocket:
    """The socket after a verified handshake; on any failure, the peer has not seen a request yet."""
    try:
        plain.settimeout(max(0.001, min(deadline - monotonic(), HANDSHAKE_SECONDS)))
        with map_exceptions({ssl.SSLCertVerificationError: CERTIFICATE, OSError: HANDSHAKE}, host):
            # A host name in bytes spares the import of the idna codec.
            return context.wrap_socket(plain, server_hostname=host.encode("ascii"))
    finally:
        # wrap_socket takes the descriptor over if it succeeds; then this closes nothing.
        plain.close()
