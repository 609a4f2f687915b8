"""A TCP server whose every byte a test decides."""

from __future__ import annotations

import socket
import ssl
import struct
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress

Script = Callable[["Peer"], None]
GIVE_UP_SECONDS = 30.0


class Peer:
    """One accepted connection."""

    def __init__(self, connection: socket.socket, closing: threading.Event) -> None:
        self.connection = connection
        self.closing = closing

    def read_request(self) -> bytes:
        """Reads a whole request; empty once the client has closed."""
        data = b""
        while b"\r\n\r\n" not in data:
            piece = self.connection.recv(65536)
            if not piece:
                return b""
            data += piece
        head, _, body = data.partition(b"\r\n\r\n")
        lengths = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
        while lengths and len(body) < int(lengths[0].split(b":")[1]):
            body += self.connection.recv(65536)
        return head + b"\r\n\r\n" + body

    def send(self, data: bytes) -> None:
        """Sends, whether or not anybody is still there to read."""
        with suppress(OSError):
            self.connection.sendall(data)

    def answer(self, body: bytes = b"{}", status: str = "200 OK", *headers: str) -> None:
        """Reads a request and answers it properly."""
        self.read_request()
        lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers]
        self.send("\r\n".join(lines).encode() + b"\r\n\r\n" + body)

    def drip(self, data: bytes) -> None:
        """Sends a byte at a time, each well within any timeout, until the client has had enough."""
        with suppress(OSError):
            for position in range(len(data)):
                self.connection.sendall(data[position : position + 1])
                if self.closing.wait(0.02):
                    return

    def reset(self) -> None:
        """Ends the connection with RST."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()

    def hang(self) -> None:
        """Keeps the connection open without a word until the test is over."""
        self.closing.wait(GIVE_UP_SECONDS)


class RawServer:
    """Runs one script per connection, in order; the last one serves all further connections."""

    def __init__(self, listener: socket.socket, scripts: Sequence[Script], tls: ssl.SSLContext | None) -> None:
        self.port: int = listener.getsockname()[1]
        self.connections = 0
        self.closing = threading.Event()
        self._listener = listener
        self._scripts = scripts
        self._tls = tls

    @property
    def endpoint(self) -> str:
        """Where it listens."""
        return f"{'http' if self._tls is None else 'https'}://127.0.0.1:{self.port}"

    def serve(self) -> None:
        """Accepts until the listener is closed."""
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            script = self._scripts[min(self.connections, len(self._scripts) - 1)]
            self.connections += 1
            threading.Thread(target=self._run, args=(connection, script), daemon=True).start()

    def _run(self, connection: socket.socket, script: Script) -> None:
        with suppress(OSError):
            if self._tls is not None:
                connection = self._tls.wrap_socket(connection, server_side=True)
            with connection:
                script(Peer(connection, self.closing))


@contextmanager
def raw_server(*scripts: Script, tls: ssl.SSLContext | None = None) -> Iterator[RawServer]:
    """A server on a free loopback port."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = RawServer(listener, scripts, tls)
        thread = threading.Thread(target=server.serve, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.closing.set()
            listener.shutdown(socket.SHUT_RDWR)
            thread.join(GIVE_UP_SECONDS)
