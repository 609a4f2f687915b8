"""The network's edge: urllib's opener with a handler that keeps connections and holds deadlines."""

from __future__ import annotations

import urllib.request
from collections.abc import Callable, Mapping
from time import monotonic

from runtime.net.answer import Answer
from runtime.net.connection import Connection
from runtime.net.tls import TrustStore

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Protocol

    class Transport(Protocol):
        """One exchange, without retries."""

        def send(self, request: WireRequest, seconds: float) -> tuple[int, Mapping[str, str], bytes]:
            """Status, headers and body within so many seconds, or ConnectionFault."""


# uvicorn closes a connection 5 s after an answer. Versions up to 0.27 do so even if
# the next request came before the previous handler had ended: it acts on that request, and its answer is lost if
# handlers that block the loop take longer. A server that has just answered within a second does not block.
IDLE_SECONDS = 2.0
FAST_SECONDS = 1.0
# A call that may take longer is not worth the risk: a handshake is nothing beside it.
LONG_CALL_SECONDS = 60.0


class WireRequest(urllib.request.Request):
    """A request as it goes out. `Connection: close` asks for a connection that nothing was sent on before."""

    data: bytes | None
    timeout: float


class UrllibTransport(urllib.request.BaseHandler):
    """The real transport: urllib's opener with this as its only handler. Safe to use from several threads.

    Sends on an idle connection if one is safe to use; follows no redirect, decodes nothing, knows no proxy.
    """

    def __init__(self, now: Callable[[], float] = monotonic) -> None:
        """`now` says how old a kept connection is."""
        self._now = now
        # For each host, connections and the moments of their last answers.
        self._idle: dict[str, list[tuple[Connection, float]]] = {}
        # For each kind of call, how long its last answer took.
        self._took: dict[str, float] = {}
        self._closed = False
        self._trust: TrustStore | None = None
        self._opener = urllib.request.OpenerDirector()
        self._opener.add_handler(self)

    def send(self, request: WireRequest, seconds: float) -> tuple[int, Mapping[str, str], bytes]:
        """Status, headers and body, bounded and whole; ConnectionFault for everything else."""
        answer = self._opener.open(request, timeout=seconds)
        return answer.status, answer.headers, answer.body

    def close(self) -> None:
        """Closes the idle connections, and keeps none of those that are still at work."""
        self._closed = True
        for connections in self._idle.values():
            for connection, _ in connections:
                connection.close()
        self._idle.clear()

    def exchange(self, request: WireRequest) -> Answer:
        """Called by urllib's opener."""
        started = self._now()
        # The same for any organization or page.
        kind = f"{request.get_method()} {request.selector.partition('?')[0].rpartition('/')[2]}"
        connection = self._take(request, kind, started)
        answer = connection.exchange(request, monotonic() + request.timeout)
        answered = self._now()
        took = self._took[kind] = answered - started
        if request.has_header("Connection") or answer.will_close or self._closed or took > FAST_SECONDS:
            connection.close()
        else:
            self._idle.setdefault(request.host, []).append((connection, answered))
        return answer

    http_open = https_open = exchange

    def _take(self, request: WireRequest, kind: str, now: float) -> Connection:
        fast = request.timeout <= LONG_CALL_SECONDS or self._took.get(kind, FAST_SECONDS + 1) <= FAST_SECONDS
        while fast and not request.has_header("Connection"):
            try:
                connection, answered = self._idle[request.host].pop()
            except LookupError:
                break
            if now - answered <= IDLE_SECONDS and connection.is_open():
                return connection
            connection.close()
        is_secure = request.type == "https"
        if is_secure and self._trust is None:
            self._trust = TrustStore()
        return Connection(request.host, self._trust if is_secure else None)
