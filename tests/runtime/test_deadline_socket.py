"""One deadline over everything that an exchange waits for: FR-SJ-005.5."""

from __future__ import annotations

import threading

import pytest

from runtime import connection_fault as fault
from runtime.connection_fault import ConnectionFault
from runtime.endpoint import Endpoint
from tests.support.exchange import SCANT, fail, send_to
from tests.support.raw_server import Peer, Script, raw_server


@pytest.mark.parametrize(
    ("name", "script"),
    [
        ("silent", lambda peer: peer.hang()),
        ("dripping headers", lambda peer: peer.drip(b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 10_000)),
        ("dripping body", lambda peer: peer.drip(b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n" + b"x" * 9999)),
        ("endless 100 Continue", lambda peer: peer.drip(b"HTTP/1.1 100 Continue\r\n\r\n" * 10_000)),
    ],
)
def test_the_deadline_holds_however_the_peer_stalls(name: str, script: Script) -> None:
    """A plain timeout starts anew at every byte: a dripping server would never meet it."""
    assert fault.DEADLINE == fail(script, SCANT).kind, name


def test_the_deadline_covers_name_resolution(monkeypatch: pytest.MonkeyPatch) -> None:
    """getaddrinfo knows no timeout."""
    release = threading.Event()
    monkeypatch.setattr("socket.getaddrinfo", lambda *_: release.wait(30))
    with pytest.raises(ConnectionFault) as caught:
        send_to(Endpoint(False, "slow.example", 80), SCANT)
    release.set()
    assert (fault.UNRESOLVED, False) == (caught.value.kind, caught.value.taken)


def test_the_deadline_covers_the_tls_handshake() -> None:
    """A peer that accepts and says nothing; the request was surely not taken."""
    with raw_server(Peer.hang) as server, pytest.raises(ConnectionFault) as caught:
        send_to(Endpoint(True, "127.0.0.1", server.port), SCANT)
    assert (fault.DEADLINE, False) == (caught.value.kind, caught.value.taken)
