"""What a stand-in's server records, how it queues and closes, and how another process steers it."""

from __future__ import annotations

import http.client
import json
import socket
import ssl
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from starlette.responses import JSONResponse
from starlette.types import Receive, Scope, Send

from sandbox.faults import Fault, Kind
from sandbox.http_server import HttpServer, serve
from tests.sandbox.counting import ANSWER, COUNT, Counting, call
from tests.support.certificates import Authority


def test_close_does_not_wait_for_hung_requests(service: Counting) -> None:
    """Closing the server ends requests that would hang for ever."""
    server = serve(service.app())
    armed = server.faults.add(Fault(Kind.HANG))

    with ThreadPoolExecutor(1) as pool:
        reply = pool.submit(call, server)
        armed.wait()
        server.close()

    assert isinstance(reply.exception(), http.client.RemoteDisconnected | ConnectionResetError)


def test_requests_are_recorded_even_when_broken(server: HttpServer) -> None:
    """Every request is kept with method, path, query, headers and body."""
    server.faults.add(Fault(Kind.CLOSE))

    with pytest.raises(http.client.RemoteDisconnected):
        call(server, "POST", "/count?a=1&b=", '{"x": 2}')

    (request,) = server.requests
    assert (request.method, request.path, request.query, request.json(), request.headers["content-length"]) == (
        "POST",
        "/count",
        {"a": "1", "b": ""},
        {"x": 2},
        "8",
    )


def test_capacity_queues_requests_behind_one_that_hangs(service: Counting) -> None:
    """With a capacity of one, a request that hangs holds up the next one; the control endpoints stay free."""
    with serve(service.app(), capacity=1) as server:
        armed = server.faults.add(Fault(Kind.HANG))
        with socket.create_connection(("127.0.0.1", server.port)) as first:
            first.sendall(COUNT)
            armed.wait()
            with socket.create_connection(("127.0.0.1", server.port)) as second:
                second.sendall(COUNT)
                received = json.loads(call(server, path="/_sandbox/requests")[1])
                calls_while_hung = service.calls
                armed.release()
                answer = second.recv(65536)

    assert (len(received), calls_while_hung, answer.startswith(b"HTTP/1.1 200"), service.calls) == (2, 0, True, 2)


def test_control_endpoints_serve_another_process(server: HttpServer) -> None:
    """Faults, requests and state can be set and read over HTTP, unrecorded and unbroken."""
    added = call(server, "POST", "/_sandbox/faults", json.dumps({"kind": "respond", "status": 418, "count": None}))
    broken = call(server)
    requests = json.loads(call(server, path="/_sandbox/requests")[1])
    call(server, "DELETE", "/_sandbox/faults")
    healed = call(server)

    assert (added[0], broken[0], [each["path"] for each in requests], healed[0]) == (201, 418, ["/count"], 200)
    assert json.loads(call(server, path="/_sandbox/state")[1]) == {"calls": 1}


@pytest.mark.parametrize(
    "fault",
    [{"kind": "unknown"}, {"kind": "reset", "color": "red"}, {"kind": "call"}, {"kind": "respond", "status": 99}],
    ids=["kind", "field", "hook", "status"],
)
def test_misspelled_fault_is_refused(server: HttpServer, fault: dict[str, object]) -> None:
    """A fault that would silently never happen is refused."""
    assert call(server, "POST", "/_sandbox/faults", json.dumps(fault))[0] == 400


def test_tls_with_a_certificate_that_only_the_initiated_trust(service: Counting, tmp_path: Path) -> None:
    """Over TLS a client that knows the authority is served, any other one refuses the server."""
    authority = Authority()
    authority.write_certificate(tmp_path / "authority.pem")
    with serve(service.app(), tls=authority.server_context("127.0.0.1")) as server:
        trusting = ssl.create_default_context(cafile=str(tmp_path / "authority.pem"))
        with urllib.request.urlopen(f"{server.url}/count", context=trusting) as reply:
            answer = reply.read()
        with pytest.raises(urllib.error.URLError, match="CERTIFICATE_VERIFY_FAILED"):
            urllib.request.urlopen(f"{server.url}/count", context=ssl.create_default_context())

    assert (server.url.split(":")[0], answer) == ("https", ANSWER)


def test_answers_are_not_held_back_for_an_acknowledgement() -> None:
    """Nagle's delay is off on the accepted connections: it would add 40 ms to each answer."""

    async def show_delay(scope: Scope, receive: Receive, send: Send) -> None:
        connection = scope["state"]["transport"].get_extra_info("socket")
        answer = JSONResponse(connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
        await answer(scope, receive, send)

    with serve(show_delay) as server:
        assert call(server) == (200, b"1")
