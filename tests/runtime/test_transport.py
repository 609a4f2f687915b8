"""One exchange against peers that misbehave at every stage: NFR-SJ-001, FR-SJ-005.5."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from contextlib import closing, suppress

import pytest
import trustme

from runtime import connection_fault as fault
from runtime.connection_fault import ConnectionFault
from runtime.endpoint import Endpoint
from runtime.transport import BODY_LIMIT, UrllibTransport, WireRequest
from tests.support.raw_server import Peer, RawServer, Script, raw_server

POST = WireRequest("POST", "/api/v1/x", {"X-Test": "1"}, b'{"a": 1}')
# Long enough for a loaded machine to answer, short enough to wait for where the deadline is what is tested.
AMPLE = 20.0
SCANT = 0.3


@pytest.fixture
def transport() -> Iterator[UrllibTransport]:
    with closing(UrllibTransport()) as transport:
        yield transport


def send_to(endpoint: Endpoint, seconds: float = AMPLE) -> tuple[int, bytes]:
    with closing(UrllibTransport()) as transport:
        status, _, body = transport.send(endpoint, POST, seconds)
    return status, body


def send(server: RawServer, seconds: float = AMPLE) -> tuple[int, bytes]:
    return send_to(server.endpoint, seconds)


def fail(script: Script, seconds: float = AMPLE) -> ConnectionFault:
    with raw_server(script) as server, pytest.raises(ConnectionFault) as caught:
        send(server, seconds)
    return caught.value


def after_request(answer: bytes) -> Script:
    def script(peer: Peer) -> None:
        peer.read_request()
        peer.send(answer)

    return script


def test_the_request_goes_out_as_given() -> None:
    """Method, path, headers and body arrive unchanged; nothing asks for compression."""
    seen: list[bytes] = []

    def script(peer: Peer) -> None:
        seen.append(peer.read_request())
        peer.send(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")

    with raw_server(script) as server:
        assert (200, b"{}") == send(server)
    head, _, body = seen[0].partition(b"\r\n\r\n")
    assert head.startswith(b"POST /api/v1/x HTTP/1.1\r\n")
    assert b"x-test: 1" in head.lower()
    assert b"accept-encoding: identity" in head.lower()
    assert b'{"a": 1}' == body


@pytest.mark.parametrize(
    "status", ["204 No Content", "301 Moved", "404 Not Found", "429 Slow", "500 Oops", "540 Paused"]
)
def test_every_complete_answer_is_returned_whatever_its_status(status: str) -> None:
    """Statuses are for the policy to judge; a redirect is not followed."""
    with raw_server(lambda peer: peer.answer(b"", status, "Location: http://127.0.0.1:1/elsewhere")) as server:
        assert (int(status[:3]), b"") == send(server)
        assert 1 == server.connections


def test_a_chunked_answer_is_read_whole() -> None:
    """Proxies answer without a length."""
    chunks = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"
    with raw_server(after_request(chunks)) as server:
        assert (200, b"abcde") == send(server)


def test_an_answer_that_ends_with_the_connection_is_read_whole() -> None:
    """HTTP/1.0 proxies do that."""
    with raw_server(after_request(b"HTTP/1.0 502 Bad Gateway\r\n\r\n<html>")) as server:
        assert (502, b"<html>") == send(server)


def test_a_compressed_answer_is_not_unpacked() -> None:
    """A small answer never becomes a large one."""
    with raw_server(lambda peer: peer.answer(b"\x1f\x8bbomb", "200 OK", "Content-Encoding: gzip")) as server:
        assert (200, b"\x1f\x8bbomb") == send(server)


def test_a_refused_connection_is_surely_not_taken() -> None:
    """The one fault, with an unknown name, after which even a notification may be sent again."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(ConnectionFault) as caught:
        send_to(Endpoint(False, "127.0.0.1", port), AMPLE)
    assert (fault.REFUSED, False) == (caught.value.kind, caught.value.taken)


def test_a_name_that_does_not_resolve_is_surely_not_taken() -> None:
    """`.invalid` never resolves (RFC 6761)."""
    with pytest.raises(ConnectionFault) as caught:
        send_to(Endpoint(False, "nowhere.invalid", 80), AMPLE)
    assert (fault.UNRESOLVED, False) == (caught.value.kind, caught.value.taken)


@pytest.mark.parametrize(
    ("name", "answer", "kind"),
    [
        ("closed without a word", b"", fault.ANSWER),
        ("garbage status line", b"SSH-2.0-OpenSSH_9.2\r\n", fault.ANSWER),
        ("status that is no number", b"HTTP/1.1 abc OK\r\n\r\n", fault.ANSWER),
        ("closed within the headers", b"HTTP/1.1 200 OK\r\nContent-Le", fault.BODY),
        ("endless header line", b"HTTP/1.1 200 OK\r\nX: " + b"x" * 70_000, fault.ANSWER),
        ("too many headers", b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 200 + b"\r\n", fault.ANSWER),
        ("short body", b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc", fault.BODY),
        ("cut within a chunk", b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nff\r\nabc", fault.BODY),
        ("chunk size that is no number", b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", fault.BODY),
    ],
)
def test_a_broken_answer_is_a_fault_after_which_the_request_may_have_been_taken(
    name: str, answer: bytes, kind: str
) -> None:
    """Never a short body taken for a whole one, never an exception of the library."""
    caught = fail(after_request(answer))
    assert caught.taken, name
    assert caught.kind in (kind, fault.ANSWER, fault.BODY), name


def test_a_reset_before_and_after_the_request_is_a_fault() -> None:
    """The peer may have read the request before it reset."""

    def reset_after(peer: Peer) -> None:
        peer.read_request()
        peer.reset()

    for script in (Peer.reset, reset_after):
        assert fail(script).taken


def test_an_announced_huge_body_is_refused_without_reading_it() -> None:
    """No answer of the service is larger than a few MiB."""
    head = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % (BODY_LIMIT + 1)
    assert fault.TOO_LARGE == fail(after_request(head)).kind


def test_an_unannounced_huge_body_is_refused_at_the_limit() -> None:
    """Chunks may add up to anything."""

    def script(peer: Peer) -> None:
        peer.read_request()
        peer.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        with suppress(OSError):
            for _ in range(2 * BODY_LIMIT // 65536):
                peer.connection.sendall(b"10000\r\n" + b"x" * 65536 + b"\r\n")

    assert fault.TOO_LARGE == fail(script).kind


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
    import threading

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


def test_a_connection_is_kept_for_the_next_request(transport: UrllibTransport) -> None:
    """Thousands of organisations must not mean thousands of handshakes."""

    def script(peer: Peer) -> None:
        for _ in range(3):
            peer.answer()

    with raw_server(script) as server:
        for _ in range(3):
            assert 200 == transport.send(server.endpoint, POST, AMPLE)[0]
        assert 1 == server.connections


def test_a_fresh_request_gets_a_connection_of_its_own(transport: UrllibTransport) -> None:
    """On a used one, the peer's closing it and its taking the request look alike."""


    def answer_twice(peer: Peer) -> None:
        peer.answer()
        peer.answer()

    with raw_server(answer_twice) as server:
        transport.send(server.endpoint, POST, AMPLE)
        transport.send(server.endpoint, WireRequest("POST", "/", {}, b"{}", fresh=True), AMPLE)
        assert 2 == server.connections


def test_a_kept_connection_that_the_peer_closed_meanwhile_is_replaced(transport: UrllibTransport) -> None:
    """Servers close idle connections; that is no fault of the request."""
    import threading

    closed = threading.Event()

    def close_after_one(peer: Peer) -> None:
        peer.answer()
        peer.connection.close()
        closed.set()

    with raw_server(close_after_one, Peer.answer) as server:
        transport.send(server.endpoint, POST, AMPLE)
        assert closed.wait(AMPLE)
        assert 200 == transport.send(server.endpoint, POST, AMPLE)[0]
        assert 2 == server.connections


def test_an_answer_that_announces_the_end_of_the_connection_is_read_before_it_is_closed() -> None:
    """`Connection: close` with a body that arrives later."""

    def script(peer: Peer) -> None:
        peer.read_request()
        peer.send(b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 5\r\n\r\n")
        peer.drip(b"abcde")

    with raw_server(script) as server:
        assert (200, b"abcde") == send(server)


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


def serve_tls(authority: trustme.CA, name: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name).configure_cert(context)
    return context


def test_tls_with_a_trusted_certificate_works(
    authority: trustme.CA, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SSL_CERT_FILE names the authority, as for OpenSSL."""
    file = tmp_path_factory.mktemp("ca") / "ca.pem"
    authority.cert_pem.write_to_path(str(file))
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    with raw_server(Peer.answer, tls=serve_tls(authority, "127.0.0.1")) as server:
        assert (200, b"{}") == send(server)


@pytest.mark.parametrize("trusted", [False, True], ids=["unknown authority", "other host's certificate"])
def test_tls_is_always_verified(
    authority: trustme.CA, trusted: bool, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither an unknown authority nor another host's certificate gets the key."""
    if trusted:
        file = tmp_path_factory.mktemp("ca") / "ca.pem"
        authority.cert_pem.write_to_path(str(file))
        monkeypatch.setenv("SSL_CERT_FILE", str(file))
    name = "other.example" if trusted else "127.0.0.1"
    with raw_server(Peer.answer, tls=serve_tls(authority, name)) as server, pytest.raises(ConnectionFault) as caught:
        send(server)
    assert (fault.CERTIFICATE, False) == (caught.value.kind, caught.value.taken)


def test_a_peer_that_speaks_no_tls_is_a_fault_before_anything_is_sent() -> None:
    """A handshake that fails leaves the request unsent."""
    with raw_server(lambda peer: peer.send(b"HTTP/1.1 400 Bad\r\n\r\n")) as server:
        with pytest.raises(ConnectionFault) as caught:
            send_to(Endpoint(True, "127.0.0.1", server.port), AMPLE)
    assert not caught.value.taken
