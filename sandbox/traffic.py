"""What a stand-in received, for assertions: each request whole, and how many were in flight at once."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from starlette.types import ASGIApp, Message, Receive, Scope, Send


@dataclass(frozen=True, slots=True)
class ReceivedRequest:
    """One request as it came, header names in lower case. `connection` is the client's port: equal means kept alive."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes
    connection: int

    def json(self) -> Any:
        """The body, parsed. Raises ValueError if it is not JSON."""
        return json.loads(self.body)

    def describe(self) -> dict[str, Any]:
        """The request as JSON can say it; a body that is not UTF-8 is shown with replacement characters."""
        return {
            "method": self.method,
            "path": self.path,
            "query": self.query,
            "headers": self.headers,
            "body": self.body.decode("utf-8", "replace"),
            "connection": self.connection,
        }


class Traffic:
    """Records requests before anything can go wrong with them."""

    def __init__(self) -> None:
        self.requests: list[ReceivedRequest] = []
        self.in_flight = 0
        self.peak_in_flight = 0

    def clear(self) -> None:
        """Forgets the requests and the peak."""
        self.requests.clear()
        self.peak_in_flight = self.in_flight

    def wrap(self, app: ASGIApp) -> ASGIApp:
        """The application, with each request read whole and recorded before it sees it."""

        async def handle(scope: Scope, receive: Receive, send: Send) -> None:
            body = await _read_body(receive)
            if body is None:
                return
            self.requests.append(_describe(scope, body))
            self.in_flight += 1
            self.peak_in_flight = max(self.peak_in_flight, self.in_flight)
            try:
                await app(scope, _replay(body, receive), send)
            finally:
                self.in_flight -= 1

        return handle


async def _read_body(receive: Receive) -> bytes | None:
    """The whole body; None if the client left before it had sent it."""
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        body += message.get("body", b"")
        if not message.get("more_body", False):
            return bytes(body)


def _replay(body: bytes, receive: Receive) -> Receive:
    pending: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def replay() -> Message:
        return pending.pop() if pending else await receive()

    return replay


def _describe(scope: Scope, body: bytes) -> ReceivedRequest:
    return ReceivedRequest(
        method=scope["method"],
        path=scope["path"],
        query=dict(parse_qsl(scope["query_string"].decode("ascii"), keep_blank_values=True)),
        headers={name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]},
        body=body,
        connection=scope["client"][1],
    )
