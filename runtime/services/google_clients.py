"""Google's client libraries: how they are found, and kept from proxies."""

from __future__ import annotations

import os
import sys
from importlib import import_module

from runtime.process.errors import ConfigurationError

# As `requests` reads no_proxy: names, addresses and networks.
LOOPBACK = ("localhost", "127.0.0.0/8", "::1")


def prepare_google_client(library: str) -> None:
    """Makes a library importable, or raises ConfigurationError; its proxies are not used for loopback.

    They honor HTTPS_PROXY and HTTP_PROXY even for an emulator on this machine, which no proxy can reach.
    """
    # Python may have been started without its third-party packages: -S, as in the image.
    folder = f"{sys.prefix}/lib/python{sys.version_info.major}.{sys.version_info.minor}/site-packages"
    if folder not in sys.path:
        sys.path.append(folder)
    listed = os.environ.get("no_proxy") or os.environ.get("NO_PROXY") or ""
    missing = [host for host in LOOPBACK if host not in listed.split(",")]
    # `*` alone excludes every host.
    if missing and listed != "*":
        os.environ["no_proxy"] = ",".join(filter(None, (listed, *missing)))
    try:
        import_module(library)
    except ImportError as error:
        raise ConfigurationError(f"{library} cannot be imported: {error}", "install the dependencies") from error
