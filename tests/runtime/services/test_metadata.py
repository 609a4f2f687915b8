"""The metadata server says which project this is, if there is one."""

from __future__ import annotations

import pytest

from runtime.services.metadata import ask_project
from tests.support.raw_server import Peer, Script, raw_server


def answering(body: bytes, status: str = "200 OK", flavor: str = "Google") -> Script:
    def script(peer: Peer) -> None:
        peer.answer(body, status, f"Metadata-Flavor: {flavor}")

    return script


def ask(script: Script) -> str | None:
    with raw_server(script) as server:
        return ask_project(server.endpoint)


def test_the_project_is_asked_for_with_the_flavor() -> None:
    """Without the header the server refuses; without it in the answer it is somebody else's server."""
    requests: list[bytes] = []

    def script(peer: Peer) -> None:
        requests.append(peer.read_request())
        peer.send(b"HTTP/1.1 200 OK\r\nMetadata-Flavor: Google\r\nContent-Length: 14\r\n\r\ncloudact-prod\n")

    assert ask(script) == "cloudact-prod"
    (head,) = (request.lower() for request in requests)
    assert head.startswith(b"get /computemetadata/v1/project/project-id http/1.1\r\n")
    assert b"\r\nmetadata-flavor: google\r\n" in head


@pytest.mark.parametrize(
    "script",
    [
        answering(b"cloudact-prod", "404 Not Found"),
        answering(b"cloudact-prod", flavor="Other"),
        answering(b"login", "302 Found"),
        lambda peer: peer.reset(),
        lambda peer: peer.send(b"garbage\r\n\r\n"),
    ],
)
def test_any_other_answer_is_none(script: Script) -> None:
    """A captive portal knows no project."""
    assert ask(script) is None


def test_without_a_server_there_is_no_project() -> None:
    """Nobody listens."""
    with raw_server(lambda peer: None) as server:
        closed = server.endpoint
    assert ask_project(closed) is None
