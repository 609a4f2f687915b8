"""One HTTP connection: http.client's, with a deadline for each request and no trust in what comes back."""

from __future__ import annotations

import http.client
from collections.abc import Mapping

from runtime.net.answer import Answer
from runtime.net.connect import connect
from runtime.net.deadline_socket import DeadlineSocket
from runtime.net.endpoint import PORTS
from runtime.net.faults import ANSWER, DEADLINE, SENDING, map_exceptions
from runtime.net.tls import TrustStore


class Connection(http.client.HTTPConnection):
    """A connection that is kept from one request to the next. `trust` None: plain HTTP."""

    response_class = Answer  # type: ignore[assignment]
    # None before the first request and once it is closed.
    sock: DeadlineSocket

    def __init__(self, authority: str, trust: TrustStore | None) -> None:
        """`authority` is a host, or host:port."""
        self.default_port = PORTS["http" if trust is None else "https"]
        super().__init__(authority)
        self._trust = trust
        self._deadline = 0.0
        peer = f"{self.host}:{self.port}"
        self._sending = map_exceptions({TimeoutError: DEADLINE, OSError: SENDING}, peer)
        self._receiving = map_exceptions({TimeoutError: DEADLINE, OSError: ANSWER}, peer)

    def connect(self) -> None:
        """Called by http.client, at the first request."""
        host, port, deadline = self.host, self.port, self._deadline
        if self._trust is None:
            connected = connect(host, port, deadline)
        else:
            connected = self._trust.connect(lambda: connect(host, port, deadline), host, deadline)
        self.sock = DeadlineSocket(connected, deadline)

    def exchange(
        self, method: str, path: str, headers: Mapping[str, str], body: bytes | None, deadline: float
    ) -> Answer:
        """The whole answer to one request, or ConnectionFault; `deadline` is of time.monotonic."""
        self._deadline = deadline
        if self.sock:
            self.sock.deadline = deadline
        try:
            with self._sending:
                self.request(method, path, body, headers)
                self.sock.flush()
            with self._receiving:
                return self.getresponse()  # type: ignore[return-value]
        except BaseException:
            self.close()
            raise

    def is_open(self) -> bool:
        """Still open as far as this side can tell."""
        return bool(self.sock) and self.sock.is_idle()
