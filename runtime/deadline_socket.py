"""A socket whose every operation ends at one deadline, however slowly the peer drips."""

from __future__ import annotations

import io
import os
from select import POLLIN, poll
from socket import SO_RCVTIMEO, SO_SNDTIMEO, SOL_SOCKET
from ssl import SSLWantReadError, SSLWantWriteError
from struct import pack
from time import monotonic

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from socket import socket
    from typing import TypeVar

    Buffer = TypeVar("Buffer")

# Of what is left. Each change of a timeout is a system call, during which other threads take over.
ACCURACY = 0.001


class DeadlineSocket:
    """The part of a socket that http.client uses; `deadline` is a point of time.monotonic.

    A plain timeout starts anew with every byte that arrives: a dripping peer never meets it. The kernel keeps this
    one: Python's own polls before each operation, OpenSSL then reads in vain first, and each lets other threads in.
    """

    __slots__ = ("_socket", "_timeout", "_unsent", "_watch", "deadline")

    def __init__(self, connected: socket, deadline: float) -> None:
        # Python takes it for a socket that never blocks, and so leaves waiting, and its end, to the kernel.
        connected.settimeout(0.0)
        os.set_blocking(connected.fileno(), True)
        self._socket = connected
        self._timeout = 0.0
        self._unsent = b""
        self._watch = poll()
        self._watch.register(connected.fileno(), POLLIN)
        self.deadline = deadline

    def operate(self, operation: Callable[[Buffer], int | None], buffer: Buffer) -> int:
        """The number of bytes, at least one but at the peer's end; TimeoutError where the time is up before."""
        while True:
            self._arm()
            try:
                count = operation(buffer)
            except (BlockingIOError, SSLWantReadError, SSLWantWriteError):
                # The kernel broke it off: the time is up, or the process was stopped and continued.
                continue
            if count is not None:
                return count

    def sendall(self, data: bytes) -> None:
        """Keeps it for `flush`: http.client hands over head and body apart, but one record costs half of two."""
        self._unsent += data

    def flush(self) -> None:
        """Sends everything."""
        rest = memoryview(self._unsent)
        self._unsent = b""
        while rest:
            rest = rest[self.operate(self._socket.send, rest) :]

    def makefile(self, mode: str) -> io.BufferedReader:
        """What http.client reads an answer from; it outlives `close`, as with a plain socket."""
        return io.BufferedReader(_Reader(self, self._socket.makefile("rb", buffering=0)))

    def is_idle(self) -> bool:
        """Nothing to read: while no request is under way, a byte or an end means the peer closed."""
        return not self._watch.poll(0)

    def close(self) -> None:
        """Closes the connection."""
        self._socket.close()

    def _arm(self) -> None:
        remaining = self.deadline - monotonic()
        if remaining <= 0:
            raise TimeoutError("deadline passed")
        if abs(self._timeout - remaining) > remaining * ACCURACY:
            # A struct timeval; one of zero would never end.
            timeout = pack("ll", *divmod(max(1, int(remaining * 1_000_000)), 1_000_000))
            self._socket.setsockopt(SOL_SOCKET, SO_RCVTIMEO, timeout)
            self._socket.setsockopt(SOL_SOCKET, SO_SNDTIMEO, timeout)
            self._timeout = remaining


class _Reader(io.RawIOBase):
    def __init__(self, source: DeadlineSocket, raw: io.RawIOBase) -> None:
        self._source = source
        self._raw = raw

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        return self._source.operate(self._raw.readinto, buffer)

    def close(self) -> None:
        self._raw.close()
        super().close()
