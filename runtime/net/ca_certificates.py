"""Which CA certificates OpenSSL is told to trust: the variables, checked before anything is sent."""

from __future__ import annotations

import os
from collections.abc import Mapping

from runtime.process.errors import ConfigurationError

REMEDY = "correct the variable, or unset it: the system's CA certificates are used then"


def check_ca_variables(variables: Mapping[str, str]) -> None:
    """Raises ConfigurationError if SSL_CERT_FILE cannot be read, or SSL_CERT_DIR names no folder that exists.

    An empty variable means what an unset one does. SSL_CERT_DIR may list several folders, of which OpenSSL passes over
    those that are missing.
    """
    file, folders = variables.get("SSL_CERT_FILE"), variables.get("SSL_CERT_DIR")
    if file:
        try:
            with open(file, "rb") as bundle:
                found = b"CERTIFICATE-----" in bundle.read()
        except OSError as error:
            raise ConfigurationError(f"SSL_CERT_FILE {file} cannot be read: {error.strerror}", REMEDY) from error
        if not found:
            raise ConfigurationError(f"SSL_CERT_FILE {file} holds no certificate", REMEDY)
    if folders and not any(map(os.path.isdir, folders.split(os.pathsep))):
        raise ConfigurationError(f"SSL_CERT_DIR {folders} does not exist", REMEDY)
