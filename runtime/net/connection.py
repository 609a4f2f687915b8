"""One HTTP connection: http.client's, with a deadline for each request and no trust in what comes back."""

from __future__ import annotations

import http.client
from collections.abc import Mapping
from socket import socket

from runtime.net import faults as fault
from runtime.net.connect import connect
from runtime.net.deadline_socket import DeadlineSocket
from runtime.net.endpoint import Endpoint
from runtime.net.faults import ConnectionFault, map_exceptions
from runtime.net.tls import TrustStore, wrap_tls

# "No answer of the service is larger than a few MiB."
BODY_LIMIT = 8 * 1024 * 1024
# A peer may go on with interim answers for ever.
MAX_INTERIM_ANSWERS = 20

SENDING_FAULTS = {TimeoutError: fault.DEADLINE, OSError: fault.SENDING, http.client.HTTPException: fault.SENDING}
# ValueError is what http.client's number parsing and buffers raise at nonsense.
ANSWER_FAULTS = {
    TimeoutError: fault.DEADLINE,
    http.client.IncompleteRead: fault.BODY,
    http.client.HTTPException: fault.ANSWER,
    OSError: fault.ANSWER,
    ValueError: fault.ANSWER,
    OverflowError: fault.ANSWER,
}


class Answer(http.client.HTTPResponse):
    """An answer of which http.client's leniency is taken back; `body` is all of it."""

    body = b""

    def begin(self) -> None:
        """Reads status and headers, past interim answers (RFC 9110, 15.2)."""
        super().begin()
        left = MAX_INTERIM_ANSWERS
        while self.status < 200 and self.status != http.client.SWITCHING_PROTOCOLS and left:
            left -= 1
            self.headers = None  # type: ignore[assignment]
            super().begin()

    def read_body(self) -> None:
        """Reads the whole body, at most BODY_LIMIT; ConnectionFault if this is no answer that HTTP permits."""
        if self.status < 200:
            # Read as final, the real answer would be taken for the next request's.
            raise ConnectionFault(fault.ANSWER, f"{self.status} is no final answer")
        # The parser takes a line without a colon for the end of the headers.
        if self.headers.defects and self.headers.get_payload():
            raise ConnectionFault(fault.ANSWER, "a header line without a colon")
        announced = self.length
        if announced is None and not self.chunked and self._announces_something():
            raise ConnectionFault(fault.ANSWER, "neither Content-Length nor Transfer-Encoding can be understood")
        if announced is not None and announced > BODY_LIMIT:
            raise ConnectionFault(fault.TOO_LARGE, f"{announced} bytes announced, {BODY_LIMIT} allowed")
        self.body = self.read(BODY_LIMIT + 1)
        if len(self.body) > BODY_LIMIT:
            raise ConnectionFault(fault.TOO_LARGE, f"more than {BODY_LIMIT} bytes")
        # read(n) returns short without an error when the peer closes early.
        if announced is not None and len(self.body) < announced:
            raise ConnectionFault(fault.BODY, f"{len(self.body)} of {announced} bytes")
        # http.client takes the end of the connection for the end of the headers.
        if announced is None and not self.chunked and not self.body:
            raise ConnectionFault(fault.BODY, "neither a length nor a body")

    def _announces_something(self) -> bool:
        return any(name in self.headers for name in ("content-length", "transfer-encoding"))

    def _read_next_chunk_size(self) -> int:
        # http.client would read a negative one to the end of the connection, and wait for all of a huge one.
        size: int = super()._read_next_chunk_size()  # type: ignore[misc]
        if size < 0:
            raise ConnectionFault(fault.ANSWER, f"a chunk of {size} bytes")
        if size > BODY_LIMIT:
            raise ConnectionFault(fault.TOO_LARGE, f"a chunk of more than {BODY_LIMIT} bytes")
        return size


class Connection(http.client.HTTPConnection):
    """A connection that is kept from one request to the next. `trust` None: plain HTTP."""

    response_class = Answer

    def __init__(self, endpoint: Endpoint, trust: TrustStore | None) -> None:
        super().__init__(endpoint.host, endpoint.port)
        self._trust = trust
        self._deadline = 0.0
        self._channel: DeadlineSocket | None = None
        peer = f"{self.host}:{self.port}"
        self._sending, self._receiving = map_exceptions(SENDING_FAULTS, peer), map_exceptions(ANSWER_FAULTS, peer)

    def connect(self) -> None:
        """Called by http.client, at the first request."""
        self.sock = self._channel = DeadlineSocket(self._open(), self._deadline)

    def exchange(
        self, method: str, path: str, headers: Mapping[str, str], body: bytes | None, deadline: float
    ) -> Answer:
        """The whole answer to one request, or ConnectionFault; `deadline` is of time.monotonic."""
        self._deadline = deadline
        if self._channel is not None:
            self._channel.deadline = deadline
        try:
            with self._sending:
                self.request(method, path, body, headers)
                if self._channel is not None:
                    self._channel.flush()
            with self._receiving:
                return self._receive()
        except BaseException:
            self.close()
            raise

    def _receive(self) -> Answer:
        answer: Answer = self.getresponse()  # type: ignore[assignment]
        try:
            answer.read_body()
        except BaseException:
            # It may be what holds the connection.
            answer.close()
            raise
        return answer

    def is_open(self) -> bool:
        """Still open as far as this side can tell."""
        return self._channel is not None and self._channel.is_idle()

    def _open(self) -> socket:
        plain = connect(self.host, self.port, self._deadline)
        if self._trust is None:
            return plain
        known = self._trust.is_complete
        try:
            return wrap_tls(plain, self.host, self._deadline, self._trust.context)
        except ConnectionFault as refused:
            if known or refused.kind != fault.CERTIFICATE:
                raise
            self._trust.complete()
        return wrap_tls(connect(self.host, self.port, self._deadline), self.host, self._deadline, self._trust.context)
