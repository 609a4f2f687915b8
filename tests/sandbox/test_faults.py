"""What each fault shows a client, and what it leaves behind in the service."""

from __future__ import annotations

import http.client
import socket
from concurrent.futures import ThreadPoolExecutor

import pytest

from sandbox.faults import Fault, Kind
from sandbox.http_server import HttpServer, serve
from tests.sandbox.counting import ANSWER, COUNT, Counting, call


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        (Fault(Kind.RESPOND, status=504, body="<html>"), (504, b"<html>")),
        (Fault(Kind.RESPOND, status=544, body={"message": "x"}), (544, b'{"message": "x"}')),
        (Fault(Kind.RESPOND, status=200, body="{"), (200, b"{")),
        (Fault(Kind.HUGE, size=200_000), (200, b'"' + b"x" * 199_998 + b'"')),
        (Fault(Kind.DELAY, seconds=0), (200, ANSWER)),
        (Fault(Kind.DRIP, seconds=0), (200, ANSWER)),
        (Fault(Kind.DRIP_HEAD, seconds=0), (200, ANSWER)),
        (Fault(Kind.HANG_UP), (200, ANSWER)),
    ],
    ids=lambda value: value.kind if isinstance(value, Fault) else "",
)
def test_answer_that_a_fault_sends(server: HttpServer, fault: Fault, expected: tuple[int, bytes]) -> None:
    """A fault that answers sends exactly what it was told, and only once."""
    server.faults.add(fault)

    assert [call(server), call(server)] == [expected, (200, ANSWER)]


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Fault(Kind.RESET), ConnectionResetError),
        (Fault(Kind.CLOSE), http.client.RemoteDisconnected),
        (Fault(Kind.GARBAGE, body="220 mail ready\r\n\r\n"), http.client.BadStatusLine),
        (Fault(Kind.TRUNCATE, size=3), http.client.IncompleteRead),
    ],
    ids=lambda value: value.kind if isinstance(value, Fault) else "",
)
def test_broken_answer(server: HttpServer, fault: Fault, error: type[Exception]) -> None:
    """A fault below HTTP breaks the exchange as a network does."""
    server.faults.add(fault)

    with pytest.raises(error):
        call(server)


@pytest.mark.parametrize(("handled", "calls"), [(False, 0), (True, 1)])
def test_lost_answer_and_lost_request_differ(server: HttpServer, service: Counting, handled: bool, calls: int) -> None:
    """`handled` decides whether the work was done before the connection broke: the client cannot tell."""
    server.faults.add(Fault(Kind.RESET, handled=handled))

    with pytest.raises(ConnectionResetError):
        call(server)

    assert service.calls == calls


def test_fault_hits_only_the_requests_meant(server: HttpServer) -> None:
    """Method, path, skip and count choose the requests."""
    server.faults.add(Fault(Kind.RESPOND, status=503, method="POST", path="/cou", skip=1, count=2))

    statuses = [call(server, method)[0] for method in ("POST", "GET", "POST", "POST", "POST")]

    assert statuses == [200, 200, 503, 503, 200]


def test_two_faults_hit_one_request_after_the_other(server: HttpServer) -> None:
    """Faults are used up in the order in which they were added."""
    server.faults.add(Fault(Kind.RESPOND, status=502))
    server.faults.add(Fault(Kind.RESPOND, status=503))

    assert [call(server)[0] for _ in range(3)] == [502, 503, 200]


def test_hook_runs_between_two_requests(server: HttpServer, service: Counting) -> None:
    """A hook changes the service before the nth request and sees what the earlier ones did."""
    seen: list[int] = []
    server.faults.add(Fault(Kind.CALL, skip=1, hook=lambda: seen.append(service.calls)))

    answers = [call(server), call(server)]

    assert (answers, seen) == ([(200, ANSWER), (200, ANSWER)], [1])


@pytest.mark.parametrize(("handled", "calls"), [(False, 0), (True, 1)])
def test_hung_request_waits_until_it_is_released(
    server: HttpServer, service: Counting, handled: bool, calls: int
) -> None:
    """A test can stop the world at a request, before or after its handler, and let it go on."""
    armed = server.faults.add(Fault(Kind.HANG, handled=handled))

    with ThreadPoolExecutor(1) as pool:
        reply = pool.submit(call, server)
        armed.wait()
        calls_while_hung = service.calls
        armed.release()

    assert (calls_while_hung, reply.result(), service.calls) == (calls, (200, ANSWER), 1)


def test_dropped_request_is_never_handled(server: HttpServer, service: Counting) -> None:
    """A hung request can also end as one that was lost on the way."""
    armed = server.faults.add(Fault(Kind.HANG))

    with ThreadPoolExecutor(1) as pool:
        reply = pool.submit(call, server)
        armed.wait()
        armed.drop()

    assert (type(reply.exception()), service.calls) == (ConnectionResetError, 0)


def test_request_is_handled_though_its_client_has_gone(service: Counting) -> None:
    """A client's death does not stop the work that it asked for."""
    with serve(service.app(), capacity=1) as server:
        armed = server.faults.add(Fault(Kind.HANG))
        with socket.create_connection(("127.0.0.1", server.port)) as client:
            client.sendall(COUNT)
            armed.wait()

        armed.release()
        call(server)

    assert service.calls == 2
