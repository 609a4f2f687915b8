"""Complete answers, and the connections they come over: FR-SJ-005.5."""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterator
from contextlib import closing

import pytest

from runtime.net.transport import UrllibTransport
from tests.support.exchange import AMPLE, after_request, post, send
from tests.support.raw_server import Peer, raw_server


@pytest.fixture
def transport() -> Iterator[UrllibTransport]:
    with closing(UrllibTransport()) as transport:
        yield transport


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


def test_a_connection_is_kept_for_the_next_request(transport: UrllibTransport) -> None:
    """Thousands of organizations must not mean thousands of handshakes."""

    def script(peer: Peer) -> None:
        for _ in range(3):
            peer.answer()

    with raw_server(script) as server:
        for _ in range(3):
            assert 200 == transport.send(post(server.endpoint), AMPLE)[0]
        assert 1 == server.connections


def test_a_fresh_request_gets_a_connection_of_its_own(transport: UrllibTransport) -> None:
    """On a used one, the peer's closing it and its taking the request look alike."""

    def answer_twice(peer: Peer) -> None:
        peer.answer()
        peer.answer()

    with raw_server(answer_twice) as server:
        transport.send(post(server.endpoint), AMPLE)
        transport.send(post(server.endpoint, fresh=True), AMPLE)
        assert 2 == server.connections


def test_a_kept_connection_that_the_peer_closed_meanwhile_is_replaced(transport: UrllibTransport) -> None:
    """Servers close idle connections; that is no fault of the request."""
    closed = threading.Event()

    def close_after_one(peer: Peer) -> None:
        peer.answer()
        peer.connection.close()
        closed.set()

    with raw_server(close_after_one, Peer.answer) as server:
        transport.send(post(server.endpoint), AMPLE)
        assert closed.wait(AMPLE)
        assert 200 == transport.send(post(server.endpoint), AMPLE)[0]
        assert 2 == server.connections


class _Keeping:
    """A transport whose clock a test turns, and a server that counts connections; an answer takes `seconds`."""

    def __init__(self) -> None:
        self.moment = 0.0
        self.seconds = 0.0
        self.transport = UrllibTransport(lambda: self.moment)

    def serve(self, peer: Peer) -> None:
        while peer.read_request():
            self.moment += self.seconds
            peer.send(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")

    def connections(self, *paths: str, seconds: float = AMPLE, pause: float = 0.0) -> int:
        """How many it takes for these calls."""
        with closing(self.transport), raw_server(self.serve) as server:
            for path in paths:
                self.transport.send(post(server.endpoint + path), seconds)
                self.moment += pause
            return server.connections


@pytest.mark.parametrize(("pause", "expected"), [(0.0, 1), (2.0, 1), (2.1, 2)])
def test_a_kept_connection_is_used_within_two_seconds_of_its_last_answer(pause: float, expected: int) -> None:
    """A server may close an idle one at any moment after; uvicorn does after 5 s."""
    assert expected == _Keeping().connections("/a", "/a", pause=pause)


@pytest.mark.parametrize(("took", "expected"), [(1.0, 1), (1.1, 2)])
def test_a_connection_is_kept_only_if_its_last_answer_came_within_a_second(took: float, expected: int) -> None:
    """If handlers block the server, a kept connection may be closed after the next request was acted on."""
    keeping = _Keeping()
    keeping.seconds = took
    assert expected == keeping.connections("/a", "/a")


@pytest.mark.parametrize(
    ("paths", "expected"),
    [
        (("/status", "/bootstrap"), 2),
        (("/organizations/a/sync", "/organizations/b/sync", "/organizations/c/sync"), 1),
        (("/list?page=1", "/list?page=2", "/sync", "/sync"), 2),
    ],
)
def test_a_call_of_minutes_uses_a_kept_connection_only_if_the_last_of_its_kind_was_fast(
    paths: tuple[str, ...], expected: int
) -> None:
    """Beside a call that may take minutes a handshake is nothing; thousands of fast syncs share their connections."""
    assert expected == _Keeping().connections(*paths, seconds=310.0)


def test_a_connection_that_is_at_work_is_not_kept_once_the_transport_is_closed(transport: UrllibTransport) -> None:
    """A run that stops early leaves threads behind whose answers are still to come."""
    rests: queue.SimpleQueue[bytes] = queue.SimpleQueue()

    def close_meanwhile(peer: Peer) -> None:
        peer.read_request()
        transport.close()
        peer.send(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")
        rests.put(peer.read_request())

    with raw_server(close_meanwhile) as server:
        assert 200 == transport.send(post(server.endpoint), AMPLE)[0]
        assert b"" == rests.get(timeout=AMPLE)


def test_an_answer_that_announces_the_end_of_the_connection_is_read_before_it_is_closed() -> None:
    """`Connection: close` with a body that arrives later."""

    def script(peer: Peer) -> None:
        peer.read_request()
        peer.send(b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 5\r\n\r\n")
        peer.drip(b"abcde")

    with raw_server(script) as server:
        assert (200, b"abcde") == send(server)
