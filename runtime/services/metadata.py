"""The metadata server of Google's machines: which project this is, and a token for this identity."""

from __future__ import annotations

from runtime.net.faults import ConnectionFault

# Reachable only on Google Cloud; elsewhere the name does not resolve or nobody answers.
ANSWER_SECONDS = 3.0


def ask_project(endpoint: str) -> str | None:
    """The project's id, None if no metadata server answers."""
    # Imported here: on Cloud Run the environment names the project.
    from contextlib import closing

    from runtime.net.transport import UrllibTransport, WireRequest

    url = f"{endpoint}/computeMetadata/v1/project/project-id"
    try:
        with closing(UrllibTransport()) as transport:
            request = WireRequest(url, headers={"Metadata-Flavor": "Google"})
            status, headers, body = transport.send(request, ANSWER_SECONDS)
    except ConnectionFault:
        return None
    if status != 200 or headers.get("metadata-flavor") != "Google":
        return None
    return body.decode("ascii", "replace").strip()
