"""The metadata server of Google's machines: which project this is, and a token for this identity."""

from __future__ import annotations

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
    # Imported here: on Cloud Run the environment names the project.
    from contextlib import closing

    from runtime.net.connect import connect
    from runtime.net.transport import UrllibTransport, WireRequest

    request = WireRequest("GET", "/computeMetadata/v1/project/project-id", {"Metadata-Flavor": "Google"}, None)
    try:
        connect(endpoint.host, endpoint.port, monotonic() + PROBE_SECONDS).close()
        with closing(UrllibTransport()) as transport:
            status, headers, body = transport.send(endpoint, request, ANSWER_SECONDS)
    except ConnectionFault:
        return None
    if status != 200 or headers.get("metadata-flavor") != "Google":
        return None
    return body.decode("ascii", "replace").strip()
