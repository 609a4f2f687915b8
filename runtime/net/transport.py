"""The network's edge: an urllib opener whose handler keeps connections and holds deadlines."""

from __future__ import annotations

import http.client
import urllib.request
from time import monotonic

from runtime.net import faults as fault
from runtime.net.connect import connect
from runtime.net.deadline_socket import DeadlineSocket
from runtime.net.faults import ConnectionFault
from runtime.net.tls import make_tls_context, secure

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from ssl import SSLContext
    from typing import Any, Protocol

    from runtime.net.endpoint import Endpoint

    class Transport(Protocol):
        """One exchange, without retries."""

        def send(
            self, endpoint: Endpoint, request: WireRequest, seconds: float
        ) -> tuple[int, Mapping[str, str], bytes]:
            """Status, headers and body within so many seconds, or ConnectionFault."""


# "No answer of the service is larger than a few MiB."
BODY_LIMIT = 8 * 1024 * 1024


class WireRequest:
    """A request as it goes out; `fresh` asks for a connection that nothing was sent on before."""

    __slots__ = ("body", "fresh", "headers", "method", "path")

    def __init__(
        self, method: str, path: str, headers: Mapping[str, str], body: bytes | None, fresh: bool = False
    ) -> None:
        self.method = method
        self.path = path
        self.headers = headers
        self.body = body
        self.fresh = fresh


class _Connection(http.client.HTTPConnection):
    """One kept-alive connection; each request gets a deadline of its own."""

    def __init__(self, endpoint: Endpoint, tls: SSLContext | None) -> None:
        super().__init__(endpoint.host, endpoint.port)
        self._deadline = 0.0
        self._tls = tls
        self._channel: DeadlineSocket | None = None

    def connect(self) -> None:
        plain = connect(self.host, self.port, self._deadline)
        secured = plain if self._tls is None else secure(plain, self.host, self._deadline, self._tls)
        self.sock = self._channel = DeadlineSocket(secured, self._deadline)

    def extend(self, deadline: float) -> None:
        """Gives the next request its deadline."""
        self._deadline = deadline
        if self._channel is not None:
            self._channel.deadline = deadline

    def flush(self) -> None:
        """Sends the request that http.client has composed."""
        if self._channel is not None:
            self._channel.flush()

    def is_usable(self) -> bool:
        """Still open as far as this side can tell."""
        return self._channel is not None and self._channel.is_idle()


class _KeptAliveHandler(urllib.request.BaseHandler):
    """Sends on an idle connection where there is one; follows no redirect, decodes nothing, knows no proxy."""

    def __init__(self) -> None:
        self._idle: dict[str, list[_Connection]] = {}
        self._closed = False
        self._tls: SSLContext | None = None

    def exchange(self, request: urllib.request.Request) -> http.client.HTTPResponse:
        wire: Any = request
        connection = self._take(wire)
        try:
            connection.extend(wire.deadline)
            connection.request(wire.get_method(), wire.selector, wire.data, wire.headers)
            connection.flush()
            wire.sent = True
            answer = connection.getresponse()
            if answer.status < 200:
                # http.client skips 100 alone; after any other the real answer would be taken for the next request's.
                raise ConnectionFault(fault.ANSWER, f"{answer.status} is no final answer")
            wire.body = _read_body(answer)
        except BaseException:
            connection.close()
            raise
        if wire.fresh or answer.will_close or self._closed:
            connection.close()
        else:
            self._idle.setdefault(wire.host, []).append(connection)
        return answer

    http_open = https_open = exchange

    def close(self) -> None:
        """Closes the idle connections, and keeps none of those that are still at work."""
        self._closed = True
        for connections in self._idle.values():
            for connection in connections:
                connection.close()
        self._idle.clear()

    def _take(self, wire: _Exchange) -> _Connection:
        while not wire.fresh:
            try:
                connection = self._idle[wire.host].pop()
            except LookupError:
                break
            if connection.is_usable():
                return connection
            connection.close()
        if wire.endpoint.secure and self._tls is None:
            self._tls = make_tls_context()
        return _Connection(wire.endpoint, self._tls if wire.endpoint.secure else None)


class _Exchange(urllib.request.Request):
    """urllib's request with what the handler needs beside it."""

    def __init__(self, endpoint: Endpoint, request: WireRequest, deadline: float) -> None:
        super().__init__(f"{endpoint}{request.path}", request.body, dict(request.headers), method=request.method)
        self.endpoint = endpoint
        self.fresh = request.fresh
        self.deadline = deadline
        self.sent = False
        self.body = b""


class UrllibTransport:
    """The real transport. Safe to use from several threads."""

    __slots__ = ("_handler", "_opener")

    def __init__(self) -> None:
        self._handler = _KeptAliveHandler()
        self._opener = urllib.request.OpenerDirector()
        self._opener.add_handler(self._handler)

    def send(self, endpoint: Endpoint, request: WireRequest, seconds: float) -> tuple[int, Mapping[str, str], bytes]:
        """Status, headers and body, bounded and whole; ConnectionFault for everything else."""
        exchange = _Exchange(endpoint, request, monotonic() + seconds)
        try:
            answer = self._opener.open(exchange, timeout=seconds)
        except (OSError, http.client.HTTPException) as error:
            raise _map_error(error, f"{endpoint.host}:{endpoint.port}", exchange.sent) from error
        return answer.status, answer.headers, exchange.body

    def close(self) -> None:
        """Keeps no connection any longer."""
        self._handler.close()


def _read_body(answer: http.client.HTTPResponse) -> bytes:
    announced = answer.length
    if announced is not None and announced > BODY_LIMIT:
        raise ConnectionFault(fault.TOO_LARGE, f"{announced} bytes announced, {BODY_LIMIT} allowed")
    body = answer.read(BODY_LIMIT + 1)
    if len(body) > BODY_LIMIT:
        raise ConnectionFault(fault.TOO_LARGE, f"more than {BODY_LIMIT} bytes")
    # read(n) returns short without an error when the peer closes early.
    if announced is not None and len(body) < announced:
        raise ConnectionFault(fault.BODY, f"{len(body)} of {announced} bytes")
    # http.client takes the end of the connection for the end of the headers.
    if announced is None and not answer.chunked and not body:
        raise ConnectionFault(fault.BODY, "neither a length nor a body")
    return body


def _map_error(error: Exception, peer: str, sent: bool) -> ConnectionFault:
    # A peer's garbage arrives with its line ends.
    text = f"{peer}: {' '.join(str(error).split()) or type(error).__name__}"
    if isinstance(error, TimeoutError):
        return ConnectionFault(fault.DEADLINE, text)
    if isinstance(error, http.client.IncompleteRead):
        return ConnectionFault(fault.BODY, text)
    return ConnectionFault(fault.ANSWER if sent else fault.SENDING, text)
