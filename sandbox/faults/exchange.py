"""One request and its answer, taken apart so that a fault can come between them."""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import AsyncIterable, Iterable
from dataclasses import dataclass

from starlette.types import ASGIApp, Message, Receive, Scope, Send

Headers = list[tuple[bytes, bytes]]
RESET_ON_CLOSE = struct.pack("ii", 1, 0)


@dataclass(frozen=True, slots=True)
class Answer:
    """A complete answer."""

    status: int
    headers: Headers
    body: bytes

    def head(self) -> bytes:
        """The status line and headers as they go over the wire."""
        lines = [f"HTTP/1.1 {self.status} ".encode()]
        lines += [name + b": " + value for name, value in self.headers]
        return b"\r\n".join(lines) + b"\r\n\r\n"


class Exchange:
    """Runs the handler, answers properly, or goes below HTTP to the connection itself."""

    def __init__(self, app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
        self._app = app
        self._scope = scope
        self._receive = receive
        self._send = send
        self._answer: Answer | None = None
        self._transport: asyncio.Transport = scope["state"]["transport"]

    async def handle(self) -> Answer:
        """Runs the real handler to its end, once, and holds its answer back."""
        if self._answer is None:
            messages: list[Message] = []

            async def collect(message: Message) -> None:
                messages.append(message)

            await self._app(self._scope, self._receive, collect)
            start = messages[0]
            body = b"".join(message.get("body", b"") for message in messages[1:])
            self._answer = Answer(start["status"], list(start.get("headers", [])), body)
        return self._answer

    async def answer(self, status: int, headers: Headers, pieces: Iterable[bytes]) -> None:
        """Answers through the server, piece by piece, with the connection kept alive."""
        await self._send({"type": "http.response.start", "status": status, "headers": headers})
        for piece in pieces:
            await self._send({"type": "http.response.body", "body": piece, "more_body": True})
        await self._send({"type": "http.response.body", "body": b"", "more_body": False})

    async def write_and_close(self, pieces: AsyncIterable[bytes]) -> None:
        """Writes bytes as they are, then closes the connection."""
        async for piece in pieces:
            if self._transport.is_closing():
                break
            self._transport.write(piece)
        self._transport.close()
        await self._until_gone()

    async def reset(self) -> None:
        """Ends the connection with an RST."""
        self._transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_ON_CLOSE)
        self._transport.abort()
        await self._until_gone()

    async def _until_gone(self) -> None:
        """Uvicorn takes a handler that returns without an answer for a bug, unless the client has gone."""
        while (await self._receive())["type"] != "http.disconnect":
            pass
