"""A socket whose every operation ends at one deadline, however slowly the peer drips."""

from __future__ import annotations

from select import POLLIN, poll
from socket import socket
from time import monotonic

from runtime.net.faults import ANSWER, BODY, TOO_LARGE, ConnectionFault

# Of what is left. Each change of a timeout is a system call, during which other threads take over.
ACCURACY = 0.001
READ_BYTES = 65536
# As http.client has it.
MAX_LINE_BYTES = 65536


class DeadlineSocket:
    """What http.client sends through, and what an answer is read from; `deadline` is a point of time.monotonic.

    A plain timeout starts anew with every byte that arrives: a dripping peer never meets it.
    """

    __slots__ = ("_received", "_socket", "_timeout", "_unsent", "_watch", "deadline")

    def __init__(self, connected: socket, deadline: float) -> None:
        self._socket = connected
        self._timeout = 0.0
        self._unsent = b""
        self._received = bytearray()
        self._watch = poll()
        self._watch.register(connected.fileno(), POLLIN)
        self.deadline = deadline

    def sendall(self, data: bytes) -> None:
        """Keeps it for `flush`: http.client hands over head and body apart, but one record costs half of two."""
        self._unsent += data

    def flush(self) -> None:
        """Sends everything."""
        rest = memoryview(self._unsent)
        self._unsent = b""
        while rest:
            self._arm()
            rest = rest[self._socket.send(rest) :]

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

    def is_idle(self) -> bool:
        """Nothing to read: while no request is under way, a byte or an end means the peer closed."""
        return not self._received and not self._watch.poll(0)

    def close(self) -> None:
        """Closes the connection."""
        self._socket.close()

    def _receive(self) -> bool:
        self._arm()
        data = self._socket.recv(READ_BYTES)
        self._received += data
        return bool(data)

    def _arm(self) -> None:
        """Leaves the next operation what is left of the time, to ACCURACY; TimeoutError if nothing is."""
        remaining = self.deadline - monotonic()
        if remaining <= 0:
            raise TimeoutError("deadline passed")
        if abs(self._timeout - remaining) > remaining * ACCURACY:
            self._socket.settimeout(remaining)
            self._timeout = remaining
