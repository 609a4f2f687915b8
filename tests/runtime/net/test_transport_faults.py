"""Peers that misbehave at every stage of an exchange: FR-SJ-005.5."""

from __future__ import annotations

import socket
from contextlib import closing, suppress

import pytest

from runtime.net import faults as fault
from runtime.net.answer import BODY_LIMIT
from runtime.net.faults import ConnectionFault
from runtime.net.transport import UrllibTransport
from tests.support.exchange import AMPLE, after_request, fail, post, send, send_to
from tests.support.raw_server import Peer, raw_server


def test_a_refused_connection_is_surely_not_sent() -> None:
    """The one fault, with an unknown name, after which even a notification may be sent again."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(ConnectionFault) as caught:
        send_to(f"http://127.0.0.1:{port}", AMPLE)
    assert (fault.REFUSED, False) == (caught.value.kind, caught.value.maybe_processed)


def test_a_name_that_does_not_resolve_is_surely_not_sent() -> None:
    """`.invalid` never resolves (RFC 6761)."""
    with pytest.raises(ConnectionFault) as caught:
        send_to("http://nowhere.invalid", AMPLE)
    assert (fault.UNRESOLVED, False) == (caught.value.kind, caught.value.maybe_processed)


@pytest.mark.parametrize(
    ("name", "answer", "kind"),
    [
        ("closed without a word", b"", fault.ANSWER),
        ("garbage status line", b"SSH-2.0-OpenSSH_9.2\r\n", fault.ANSWER),
        ("status that is no number", b"HTTP/1.1 abc OK\r\n\r\n", fault.ANSWER),
        ("closed within the headers", b"HTTP/1.1 200 OK\r\nContent-Le", fault.BODY),
        ("closed after a header", b"HTTP/1.1 429 Slow\r\nContent-Length: 0\r\n", fault.ANSWER),
        ("endless header line", b"HTTP/1.1 200 OK\r\nX: " + b"x" * 70_000, fault.ANSWER),
        ("too many headers", b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 200 + b"\r\n", fault.ANSWER),
        ("short body", b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc", fault.BODY),
        ("cut within a chunk", b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nff\r\nabc", fault.BODY),
        ("chunk size that is no number", b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", fault.BODY),
    ],
)
def test_a_broken_answer_is_a_fault_after_which_it_may_have_been_processed(name: str, answer: bytes, kind: str) -> None:
    """Never a short body taken for a whole one, never an exception of the library."""
    caught = fail(after_request(answer))
    assert caught.maybe_processed, name
    assert caught.kind in (kind, fault.ANSWER, fault.BODY), name
    assert str(caught).splitlines() == [str(caught)], name


CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (CHUNKED + b"-1\r\nabc", fault.ANSWER),
        (CHUNKED + b"-5\r\nabc", fault.ANSWER),
        (CHUNKED + b"f" * 60 + b"\r\nabc", fault.TOO_LARGE),
        (CHUNKED + b"800001\r\nabc", fault.TOO_LARGE),
        (b"HTTP/1.1 200 OK\r\nno colon\r\nContent-Length: 2\r\n\r\n{}", fault.ANSWER),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nno colon\r\n\r\n{}", fault.ANSWER),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 1e9\r\n\r\n{}", fault.ANSWER),
        (b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n{}", fault.ANSWER),
        (b"HTTP/1.1 200 OK\r\nContent-Length: +2\r\n\r\n{}", fault.ANSWER),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 0_2\r\n\r\n{}", fault.ANSWER),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 5\r\n\r\n{}", fault.ANSWER),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 2, 2\r\n\r\n{}", fault.ANSWER),
        (b"HTTP/1.1 200 OK\r\nContent-Length: " + b"9" * 5000 + b"\r\n\r\n{}", fault.TOO_LARGE),
        (CHUNKED[:-2] + b"Content-Length: 2\r\n\r\n2\r\n{}\r\n0\r\n\r\n", fault.ANSWER),
        (CHUNKED[:-2] + b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n", fault.ANSWER),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\nContent-Length: 2\r\n\r\n{}", fault.ANSWER),
        (CHUNKED + b"+2\r\n{}\r\n0\r\n\r\n", fault.ANSWER),
        (CHUNKED + b"0x2\r\n{}\r\n0\r\n\r\n", fault.ANSWER),
        (CHUNKED + b"-0\r\n\r\n", fault.ANSWER),
        (CHUNKED + b"\r\n{}\r\n0\r\n\r\n", fault.ANSWER),
        (CHUNKED + b"2;" + b"x" * 100_000 + b"\r\n{}\r\n0\r\n\r\n", fault.ANSWER),
        (CHUNKED + b"2\r\n{}XX0\r\n\r\n", fault.ANSWER),
        (CHUNKED + b"2\r\n{}\r\n0\r\n" + b"X: y\r\n" * 20_000, fault.ANSWER),
        (b"HTTP/1.1 200 OK\r\nX: a\rContent-Length: 5\r\nContent-Length: 2\r\n\r\n{}", fault.ANSWER),
        (b"HTTP/1.1 200 OK\r\nX: a\0b\r\nContent-Length: 2\r\n\r\n{}", fault.ANSWER),
        (b"HTTP/1.1 200 OK\r\nContent-Length : 2\r\n\r\n{}", fault.ANSWER),
        (b"HTTP/1.1 200 OK\r\n: 2\r\nContent-Length: 2\r\n\r\n{}", fault.ANSWER),
        (b"HTTP/1.1 200 OK\r\nFrom a\r\nContent-Length: 2\r\n\r\n{}", fault.ANSWER),
        (b"HTTP/1.1 2_0 OK\r\nContent-Length: 2\r\n\r\n{}", fault.ANSWER),
        (b"HTTP/1.1 000 OK\r\nContent-Length: 2\r\n\r\n{}", fault.ANSWER),
        (b"HTTP/1.1 +20 OK\r\nContent-Length: 2\r\n\r\n{}", fault.ANSWER),
        (b"HTTP/2 200 OK\r\nContent-Length: 2\r\n\r\n{}", fault.ANSWER),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n", fault.ANSWER),
        (b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\n\r\n", fault.ANSWER),
        (b"HTTP/1.1 102 Processing\r\n\r\n" * 100, fault.ANSWER),
        (b"HTTP/1.1 100 Continue\r\n\r\n" * 100, fault.ANSWER),
        (b"HTTP/1.1 103 Early Hints\r\nno colon\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}", fault.ANSWER),
    ],
)
def test_nonsense_is_a_fault_at_once_though_the_connection_stays_open(answer: bytes, kind: str) -> None:
    """Nobody waits for the deadline of a call for what can never become an answer."""

    def script(peer: Peer) -> None:
        peer.read_request()
        peer.send(answer)
        peer.hang()

    caught = fail(script)
    assert (kind, True) == (caught.kind, caught.maybe_processed)
    assert str(caught).splitlines() == [str(caught)]


OK_2 = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n"


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (b"HTTP/1.1 200 OK\nContent-Length: 2\n\n{}", (200, b"{}")),
        (b"HTTP/1.1 200\r\nContent-Length: 2\r\n\r\n{}", (200, b"{}")),
        (b"HTTP/1.1 204 No Content\r\nTransfer-Encoding: chunked\r\n\r\n", (204, b"")),
        (OK_2 + b"X: a\r\n b\r\n\r\n{}", (200, b"{}")),
        (b"HTTP/1.1 200 OK\r\nContent-Length:\r\n 2\r\n\r\n{}", (200, b"{}")),
        (OK_2 + b"X: \xfc\xff\r\n\r\n{}", (200, b"{}")),
        (OK_2 + b"X: a\x0cContent-Length: 9\r\n\r\n{}", (200, b"{}")),
        (OK_2 + b"\r\n{}HTTP/1.1 500 Oops\r\n\r\n", (200, b"{}")),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding:  Chunked \r\n\r\n2\r\n{}\r\n0\r\n\r\n", (200, b"{}")),
        (CHUNKED + b'2 ;a="b"\r\n{}\r\n000;x\r\nX-Trailer: y\r\n\r\n', (200, b"{}")),
    ],
)
def test_what_http_permits_is_an_answer_at_once(answer: bytes, expected: tuple[int, bytes]) -> None:
    """Bare line feeds, folded and foreign headers, chunk extensions, trailers, and more than was announced."""

    def script(peer: Peer) -> None:
        peer.read_request()
        peer.send(answer)
        peer.hang()

    with raw_server(script) as server:
        assert expected == send(server)


def test_a_connection_with_more_on_it_than_the_answer_is_not_kept() -> None:
    """The next request would take the rest for its own answer."""

    def script(peer: Peer) -> None:
        peer.read_request()
        peer.send(OK_2 + b"\r\n{}" + OK_2 + b"\r\n[]")
        peer.hang()

    with raw_server(script) as server, closing(UrllibTransport()) as transport:
        answers = [transport.send(post(server.endpoint), AMPLE)[2] for _ in range(2)]
        assert (answers, server.connections) == ([b"{}", b"{}"], 2)


@pytest.mark.parametrize("interim", [b"100 Continue", b"102 Processing", b"103 Early Hints"])
def test_interim_answers_are_read_past(interim: bytes) -> None:
    """RFC 9110, 15.2: any number of them may come before the real one."""
    hint = b"HTTP/1.1 " + interim + b"\r\nLink: </a.css>; rel=preload\r\n\r\n"
    answer = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"
    with raw_server(after_request(hint + hint + answer)) as server:
        assert (200, b"{}") == send(server)


def test_a_reset_before_the_request_is_a_fault() -> None:
    """Whether the request was on its way by then is chance, so nothing is said of `maybe_processed`."""
    assert fail(Peer.reset).kind in (fault.UNREACHABLE, fault.SENDING, fault.ANSWER)


def test_a_reset_after_the_request_is_a_fault_after_which_it_may_have_been_processed() -> None:
    """The peer has read it."""

    def script(peer: Peer) -> None:
        peer.read_request()
        peer.reset()

    assert fail(script).maybe_processed


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
