"""The metadata server of Google's machines: which project this is, and a token for this identity."""

from __future__ import annotations

from time import monotonic

from runtime.connection_fault import ConnectionFault
from runtime.dialing import dial

TYPE_CHECKING = False
if TYPE_CHECKING:
    from runtime.endpoint import Endpoint

# On Google's machines the server is on the link; elsewhere the name does not resolve or nobody answers.
PROBE_SECONDS = 1.0
ANSWER_SECONDS = 3.0


def ask_project(endpoint: Endpoint | None) -> str | None:
    """The project's id, None where no metadata server answers."""
    if endpoint is None:
        return None
    try:
        # Connecting first spares a run without a project the import of urllib.
        dial(endpoint.host, endpoint.port, monotonic() + PROBE_SECONDS).close()
        from runtime.transport import UrllibTransport, WireRequest

        request = WireRequest("GET", "/computeMetadata/v1/project/project-id", {"Metadata-Flavor": "Google"}, None)
        status, headers, body = UrllibTransport().send(endpoint, request, ANSWER_SECONDS)
    except ConnectionFault:
        return None
    if status != 200 or headers.get("Metadata-Flavor") != "Google":
        return None
    return body.decode("ascii", "replace").strip()
