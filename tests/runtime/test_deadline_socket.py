"""One deadline over everything that an exchange waits for: FR-SJ-005.5."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterator
from pathlib import Path
from time import monotonic

import pytest

from runtime import connection_fault as fault
from runtime.connection_fault import ConnectionFault
from runtime.deadline_socket import DeadlineSocket
from runtime.endpoint import Endpoint
from runtime.transport import WireRequest
from tests.sandbox.certificates import Authority
from tests.support.exchange import AMPLE, SCANT, send, send_to
from tests.support.raw_server import Peer, Script, raw_server

# More than both sides' socket buffers take.
HUGE_BODY = b"x" * 64 * 1024 * 1024


@pytest.fixture(params=["plain", "tls"])
def tls(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ssl.SSLContext | None:
    """The server's side; the client trusts it."""
    if request.param == "plain":
        return None
    authority = Authority()
    authority.write_certificate(tmp_path / "ca.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    return authority.server_context("127.0.0.1")


@pytest.fixture
def idle_socket() -> Iterator[DeadlineSocket]:
    """Connected to a peer that does nothing."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        yield DeadlineSocket(ours, monotonic() + AMPLE)


@pytest.mark.parametrize(
    ("name", "script"),
    [
        ("silent", lambda peer: peer.hang()),
        ("dripping headers", lambda peer: peer.drip(b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 10_000)),
        ("dripping body", lambda peer: peer.drip(b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n" + b"x" * 9999)),
        ("endless 100 Continue", lambda peer: peer.drip(b"HTTP/1.1 100 Continue\r\n\r\n" * 10_000)),
    ],
)
def test_the_deadline_holds_however_the_peer_stalls(name: str, script: Script, tls: ssl.SSLContext | None) -> None:
    """A plain timeout starts anew at every byte: a dripping server would never meet it."""
    with raw_server(script, tls=tls) as server, pytest.raises(ConnectionFault) as caught:
        send(server, SCANT)
    assert (fault.DEADLINE, True) == (caught.value.kind, caught.value.taken), name


def test_the_deadline_holds_while_the_peer_reads_nothing(tls: ssl.SSLContext | None) -> None:
    """A request that fills every buffer on the way waits as long as an answer would."""
    request = WireRequest("POST", "/", {}, HUGE_BODY)
    with raw_server(Peer.hang, tls=tls) as server, pytest.raises(ConnectionFault) as caught:
        send_to(server.endpoint, SCANT, request)
    assert (fault.DEADLINE, True) == (caught.value.kind, caught.value.taken)


@pytest.mark.parametrize("broken_off", [BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError, None])
def test_an_operation_that_the_kernel_breaks_off_is_begun_again(
    broken_off: type[OSError] | None, idle_socket: DeadlineSocket
) -> None:
    """So it does to a process that is stopped and continued, although no time is up."""
    calls = []

    def operation(buffer: bytes) -> int | None:
        calls.append(buffer)
        if len(calls) > 1:
            return 3
        if broken_off:
            raise broken_off
        return None

    assert 3 == idle_socket.operate(operation, b"abc")
    assert [b"abc", b"abc"] == calls


def test_nothing_is_begun_after_the_deadline(idle_socket: DeadlineSocket) -> None:
    """Whatever came before took all of the time."""
    idle_socket.deadline = monotonic()
    with pytest.raises(TimeoutError):
        idle_socket.operate(len, b"never asked")


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
