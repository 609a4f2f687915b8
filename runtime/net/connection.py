"""One HTTP connection: http.client's, with a deadline for each request and no trust in what comes back."""

from __future__ import annotations

import http.client
from select import POLLIN, poll
from time import monotonic
from urllib.request import Request

from runtime.net.answer import Answer
from runtime.net.connect import connect
from runtime.net.endpoint import PORTS
from runtime.net.faults import ANSWER, BODY, DEADLINE, SENDING, TOO_LARGE, ConnectionFault, map_exceptions
from runtime.net.tls import TrustStore

# Of what is left. Each change of a timeout is a system call, during which other threads take over.
ACCURACY = 0.001
READ_BYTES = 65536
# As http.client has it.
MAX_LINE_BYTES = 65536


class Connection(http.client.HTTPConnection):
    """A connection that is kept from one request to the next; each ends at its deadline, however slowly the peer drips.

    A plain timeout starts anew with every byte that arrives: a dripping peer never meets it.
    """

    def __init__(self, authority: str, trust: TrustStore | None) -> None:
        """`authority` is a host, or host:port; `trust` None: plain HTTP."""
        self.default_port = PORTS["http" if trust is None else "https"]
        super().__init__(authority)
        self._trust = trust
        self._deadline = 0.0
        self._timeout = 0.0
        self._unsent = b""
        self._received = bytearray()
        self._watch = poll()
        peer = f"{self.host}:{self.port}"
        self._sending = map_exceptions({TimeoutError: DEADLINE, OSError: SENDING}, peer)
        self._receiving = map_exceptions({TimeoutError: DEADLINE, OSError: ANSWER}, peer)

    def exchange(self, request: Request, deadline: float) -> Answer:
        """The whole answer to one request, or ConnectionFault; `deadline` is of time.monotonic."""
        self._deadline = deadline
        try:
            with self._sending:
                if self.sock is None:
                    self.connect()
                self.request(request.get_method(), request.selector, request.data, request.headers)
                self._flush()
            with self._receiving:
                return self.getresponse()  # type: ignore[return-value]
        except BaseException:
            self.close()
            raise

    def is_open(self) -> bool:
        """As far as this side can tell: a byte or an end to read between two requests means that the peer closed."""
        return not self._received and not self._watch.poll(0)

    def read_line(self) -> str:
        """A line without its end, be it CR LF or LF (RFC 9112, 2.2); ConnectionFault if it is none."""
        while (end := self._received.find(b"\n", 0, MAX_LINE_BYTES)) < 0:
            if len(self._received) >= MAX_LINE_BYTES:
                raise ConnectionFault(ANSWER, f"a line of more than {MAX_LINE_BYTES} bytes")
            if not self._receive():
                raise ConnectionFault(ANSWER, "the connection was closed")
        line = self._received[:end].removesuffix(b"\r").decode("latin-1")
        del self._received[: end + 1]
        return line

    def read(self, size: int) -> bytes:
        """Exactly so many bytes, or ConnectionFault."""
        while len(self._received) < size:
            if not self._receive():
                raise ConnectionFault(BODY, f"{len(self._received)} of {size} bytes")
        data = bytes(self._received[:size])
        del self._received[:size]
        return data

    def read_rest(self, limit: int) -> bytes:
        """All that comes before the peer closes; ConnectionFault if that is more than the limit."""
        while self._receive():
            if len(self._received) > limit:
                raise ConnectionFault(TOO_LARGE, f"more than {limit} bytes")
        return bytes(self._received)

    def connect(self) -> None:
        """Within its own limits, and the deadline."""
        host, port, deadline = self.host, self.port, self._deadline
        if self._trust is None:
            self.sock = connect(host, port, deadline)
        else:
            self.sock = self._trust.connect(lambda: connect(host, port, deadline), host, deadline)
        self._watch.register(self.sock, POLLIN)

    def send(self, data: bytes) -> None:  # type: ignore[override]
        """Keeps it for `_flush`: http.client hands over head and body apart, but one record costs half of two."""
        self._unsent += data

    def response_class(self, *_: object, **__: object) -> Answer:  # type: ignore[override]
        """What http.client calls for the answer."""
        return Answer(self)

    def _flush(self) -> None:
        rest = memoryview(self._unsent)
        self._unsent = b""
        while rest:
            self._arm()
            rest = rest[self.sock.send(rest) :]

    def _receive(self) -> bool:
        self._arm()
        data = self.sock.recv(READ_BYTES)
        self._received += data
        return bool(data)

    def _arm(self) -> None:
        """Leaves the next operation what is left of the time, to ACCURACY; TimeoutError if nothing is."""
        remaining = self._deadline - monotonic()
        if remaining <= 0:
            raise TimeoutError("deadline passed")
        if abs(self._timeout - remaining) > remaining * ACCURACY:
            self.sock.settimeout(remaining)
            self._timeout = remaining
