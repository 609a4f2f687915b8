"""TLS: always verified, the system's authorities read only when a certificate needs them."""

from __future__ import annotations

import os
import ssl
from time import monotonic

from runtime.net.faults import CERTIFICATE, DEADLINE, HANDSHAKE, ConnectionFault
from runtime.process.errors import ConfigurationError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from socket import socket

# Where Debian, and so the image, keeps its authorities, one file per subject hash.
HASHED_FOLDER = "/etc/ssl/certs"


def make_tls_context() -> ssl.SSLContext:
    """Verifies certificate and host name, TLS 1.2 or later; SSL_CERT_FILE and SSL_CERT_DIR are honored.

    Parsing the whole bundle, as ssl.create_default_context() does, takes 24 ms of a 50 ms job; in a hashed
    folder OpenSSL looks up the one authority that it needs.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    file, folder = os.environ.get("SSL_CERT_FILE"), os.environ.get("SSL_CERT_DIR")
    if not (file or folder):
        folder = HASHED_FOLDER
    if file and os.path.dirname(file) == HASHED_FOLDER:
        # Debian's bundle is the folder's own files in one.
        file, folder = None, folder or HASHED_FOLDER
    try:
        if file or _is_hashed(folder):
            context.load_verify_locations(cafile=file, capath=folder)
        else:
            context.load_default_certs()
    except OSError as error:
        raise ConfigurationError(
            f"the authorities to trust cannot be read (SSL_CERT_FILE {file}, SSL_CERT_DIR {folder}): {error}",
            "correct the variable, or unset it: the system's authorities are used then",
        ) from error
    return context


def _is_hashed(folder: str | None) -> bool:
    try:
        with os.scandir(folder) as entries:
            return any(entry.name.endswith(".0") for entry in entries)
    except OSError:
        return False


def secure(plain: socket, host: str, deadline: float, context: ssl.SSLContext) -> ssl.SSLSocket:
    """The socket after a verified handshake; whatever fails, the peer has not seen a request yet."""
    try:
        plain.settimeout(max(0.001, deadline - monotonic()))
        # A host name in bytes spares the import of the idna codec.
        return context.wrap_socket(plain, server_hostname=host.encode("ascii"))
    except ssl.SSLCertVerificationError as error:
        raise ConnectionFault(CERTIFICATE, f"{host}: {error.verify_message}") from error
    except TimeoutError as error:
        raise ConnectionFault(DEADLINE, f"{host}: TLS handshake not done in time", maybe_processed=False) from error
    except OSError as error:
        raise ConnectionFault(HANDSHAKE, f"{host}: {error}") from error
    finally:
        # wrap_socket takes the descriptor over where it succeeds; then this closes nothing.
        plain.close()
