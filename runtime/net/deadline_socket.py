"""A socket whose every operation ends at one deadline, however slowly the peer drips."""

from __future__ import annotations

import io
from select import POLLIN, poll
from socket import socket
from time import monotonic

# Of what is left. Each change of a timeout is a system call, during which other threads take over.
ACCURACY = 0.001


class DeadlineSocket:
    """The part of a socket that http.client uses; `deadline` is a point of time.monotonic.

    A plain timeout starts anew with every byte that arrives: a dripping peer never meets it.
    """

    __slots__ = ("_socket", "_timeout", "_unsent", "_watch", "deadline")

    def __init__(self, connected: socket, deadline: float) -> None:
        self._socket = connected
        self._timeout = 0.0
        self._unsent = b""
        self._watch = poll()
        self._watch.register(connected.fileno(), POLLIN)
        self.deadline = deadline

    def arm(self) -> None:
        """Leaves the next operation what is left of the time, to ACCURACY; TimeoutError if nothing is."""
        remaining = self.deadline - monotonic()
        if remaining <= 0:
            raise TimeoutError("deadline passed")
        if abs(self._timeout - remaining) > remaining * ACCURACY:
            self._socket.settimeout(remaining)
            self._timeout = remaining

    def sendall(self, data: bytes) -> None:
        """Keeps it for `flush`: http.client hands over head and body apart, but one record costs half of two."""
        self._unsent += data

    def flush(self) -> None:
        """Sends everything."""
        rest = memoryview(self._unsent)
        self._unsent = b""
        while rest:
            self.arm()
            rest = rest[self._socket.send(rest) :]

    def makefile(self, _mode: str) -> io.BufferedReader:
        """What http.client reads an answer from; it outlives `close`, as with a plain socket."""
        return io.BufferedReader(_Reader(self, self._socket.makefile("rb", buffering=0)))

    def is_idle(self) -> bool:
        """Nothing to read: while no request is under way, a byte or an end means the peer closed."""
        return not self._watch.poll(0)

    def close(self) -> None:
        """Closes the connection."""
        self._socket.close()


class _Reader(io.RawIOBase):
    def __init__(self, source: DeadlineSocket, raw: io.RawIOBase) -> None:
        self._source = source
        self._raw = raw

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int | None:  # type: ignore[override]
        self._source.arm()
        return self._raw.readinto(buffer)

    def close(self) -> None:
        self._raw.close()
        super().close()
