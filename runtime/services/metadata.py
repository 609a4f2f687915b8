"""The metadata server of Google's machines: which project this is, and a token for this identity."""

from __future__ import annotations

from collections.abc import Mapping
from time import monotonic

from runtime.net.endpoint import Endpoint
from runtime.net.faults import ConnectionFault

# Reachable only on Google Cloud; elsewhere the name does not resolve or nobody answers.
PROBE_SECONDS = 1.0
ANSWER_SECONDS = 3.0


def ask_project(endpoint: Endpoint | None) -> str | None:
    """The project's id, None if no metadata server answers."""
    if endpoint is None:
        return None
    try:
        # Imported here: help and usage errors need no socket. Connecting first spares a run without a project urllib.
        from runtime.net.connect import connect

        connect(endpoint.host, endpoint.port, monotonic() + PROBE_SECONDS).close()
        status, headers, body = _get(endpoint, "/computeMetadata/v1/project/project-id")
    except ConnectionFault:
        return None
    if status != 200 or headers.get("metadata-flavor") != "Google":
        return None
    return body.decode("ascii", "replace").strip()


def _get(endpoint: Endpoint, path: str) -> tuple[int, Mapping[str, str], bytes]:
    from runtime.net.transport import UrllibTransport, WireRequest

    transport = UrllibTransport()
    try:
        return transport.send(endpoint, WireRequest("GET", path, {"Metadata-Flavor": "Google"}, None), ANSWER_SECONDS)
    finally:
        transport.close()
