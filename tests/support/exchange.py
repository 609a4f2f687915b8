"""One exchange of the real transport with a raw server."""

from __future__ import annotations

from contextlib import closing

import pytest

from runtime.net.faults import ConnectionFault
from runtime.net.transport import UrllibTransport, WireRequest
from tests.support.raw_server import Peer, RawServer, Script, raw_server

# Long enough for a loaded machine to answer, short enough to wait for if the deadline is what is tested.
AMPLE = 20.0
SCANT = 0.3


def post(url: str, body: bytes = b'{"a": 1}', *, fresh: bool = False) -> WireRequest:
    return WireRequest(url, body, {"X-Test": "1"} | ({"Connection": "close"} if fresh else {}), method="POST")


def send_to(endpoint: str, seconds: float = AMPLE, body: bytes = b'{"a": 1}') -> tuple[int, bytes]:
    with closing(UrllibTransport()) as transport:
        status, _, body = transport.send(post(f"{endpoint}/api/v1/x", body), seconds)
    return status, body


def send(server: RawServer, seconds: float = AMPLE) -> tuple[int, bytes]:
    return send_to(server.endpoint, seconds)


def overrun(endpoint: str, body: bytes = b'{"a": 1}') -> ConnectionFault:
    """What comes of a peer that stalls; later, if a busy machine had not even sent by then."""
    for seconds in (SCANT, 10 * SCANT, AMPLE):
        with pytest.raises(ConnectionFault) as caught:
            send_to(endpoint, seconds, body)
        if caught.value.maybe_processed:
            break
    return caught.value


def fail(script: Script, seconds: float = AMPLE) -> ConnectionFault:
    with raw_server(script) as server, pytest.raises(ConnectionFault) as caught:
        send(server, seconds)
    return caught.value


def after_request(answer: bytes) -> Script:
    def script(peer: Peer) -> None:
        peer.read_request()
        peer.send(answer)

    return script
