"""What Google's client libraries need before they are imported."""

from __future__ import annotations

import os

from runtime.process.site_packages import add_site_packages

# As `requests` reads no_proxy: names, addresses and networks.
LOOPBACK = ("localhost", "127.0.0.0/8", "::1")


def prepare_google_clients() -> None:
    """Makes them importable, and keeps loopback from their proxies.

    They honor HTTPS_PROXY and HTTP_PROXY even for an emulator on this machine, which no proxy can reach.
    """
    add_site_packages()
    listed = os.environ.get("no_proxy") or os.environ.get("NO_PROXY") or ""
    missing = [host for host in LOOPBACK if host not in listed.split(",")]
    # `*` alone excludes every host.
    if missing and listed != "*":
        os.environ["no_proxy"] = ",".join(filter(None, (listed, *missing)))
