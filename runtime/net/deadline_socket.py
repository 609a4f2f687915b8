"""A socket whose every operation ends at one deadline, however slowly the peer drips."""

from __future__ import annotations

import re
from select import POLLIN, poll
from socket import socket
from time import monotonic

from runtime.net.faults import ANSWER, BODY, TOO_LARGE, ConnectionFault

# Of what is left. Each change of a timeout is a system call, during which other threads take over.
ACCURACY = 0.001
READ_BYTES = 65536


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

    def read_until(self, end: re.Pattern[bytes], limit: int) -> bytes:
        """What comes before `end`, which is passed over; ConnectionFault if it does not come within the limit."""
        while (found := end.search(self._received, 0, limit)) is None:
            if len(self._received) >= limit:
                raise ConnectionFault(ANSWER, f"headers or a line of more than {limit} bytes")
            if not self._receive():
                raise ConnectionFault(ANSWER, "the connection was closed")
        before = bytes(self._received[: found.start()])
        del self._received[: found.end()]
        return before

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
