"""One deadline over everything that an exchange waits for: FR-SJ-005.5."""

from __future__ import annotations

import ssl
import threading
from pathlib import Path

import pytest

from runtime.net import faults as fault
from runtime.net.faults import ConnectionFault
from tests.support.certificates import Authority
from tests.support.exchange import SCANT, overrun, send_to
from tests.support.raw_server import Peer, Script, raw_server

# More than both sides' socket buffers take.
HUGE_BODY = b"x" * 64 * 1024 * 1024


@pytest.fixture
def trusted_context(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ssl.SSLContext:
    """A server's, whose authority the client trusts."""
    authority = Authority()
    authority.write_certificate(tmp_path / "ca.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    return authority.server_context("127.0.0.1")


@pytest.fixture(params=["plain", "tls"])
def tls(request: pytest.FixtureRequest, trusted_context: ssl.SSLContext) -> ssl.SSLContext | None:
    """The server's side of either."""
    return trusted_context if request.param == "tls" else None


def _drip_one_record(context: ssl.SSLContext) -> Script:
    def script(peer: Peer) -> None:
        incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        tls = context.wrap_bio(incoming, outgoing, server_side=True)
        for step in (tls.do_handshake, tls.read):
            while True:
                try:
                    step()
                    break
                except ssl.SSLWantReadError:
                    peer.send(outgoing.read())
                    incoming.write(peer.connection.recv(65536))
        peer.send(outgoing.read())
        tls.write(b"HTTP/1.1 200 OK\r\nContent-Length: 200\r\n\r\n" + b"x" * 200)
        peer.drip(outgoing.read())

    return script


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
    with raw_server(script, tls=tls) as server:
        caught = overrun(server.endpoint)
    assert (fault.DEADLINE, True) == (caught.kind, caught.maybe_processed), name


def test_the_deadline_holds_while_the_peer_reads_nothing(tls: ssl.SSLContext | None) -> None:
    """A request that fills every buffer on the way waits as long as an answer would."""
    with raw_server(Peer.hang, tls=tls) as server:
        caught = overrun(server.endpoint, HUGE_BODY)
    assert (fault.DEADLINE, True) == (caught.kind, caught.maybe_processed)


def test_the_deadline_holds_within_a_tls_record(trusted_context: ssl.SSLContext) -> None:
    """OpenSSL hands over nothing of a record before all of it is there, up to 16 KiB."""
    with raw_server(_drip_one_record(trusted_context)) as server:
        caught = overrun(f"https://127.0.0.1:{server.port}")
    assert (fault.DEADLINE, True) == (caught.kind, caught.maybe_processed)


def test_the_deadline_covers_name_resolution(monkeypatch: pytest.MonkeyPatch) -> None:
    """getaddrinfo knows no timeout."""
    release = threading.Event()
    monkeypatch.setattr("socket.getaddrinfo", lambda *_: release.wait(30))
    with pytest.raises(ConnectionFault) as caught:
        send_to("http://slow.example", SCANT)
    release.set()
    assert (fault.UNRESOLVED, False) == (caught.value.kind, caught.value.maybe_processed)


def test_the_deadline_covers_the_tls_handshake() -> None:
    """A peer that accepts and says nothing; the request was surely not sent."""
    with raw_server(Peer.hang) as server, pytest.raises(ConnectionFault) as caught:
        send_to(f"https://127.0.0.1:{server.port}", SCANT)
    assert (fault.HANDSHAKE, False) == (caught.value.kind, caught.value.maybe_processed)
