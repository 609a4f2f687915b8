"""The smallest service there is, to try the server and its faults on."""

from __future__ import annotations

import http.client

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from sandbox.http_server import HttpServer

ANSWER = b'{"answer":42}'
COUNT = b"GET /count HTTP/1.1\r\nHost: sandbox\r\n\r\n"


class Counting:
    """A service whose only state is how often it was called."""

    def __init__(self) -> None:
        self.calls = 0

    def app(self) -> Starlette:
        """The service, as the server runs it."""
        return Starlette(routes=[Route("/count", self._count, methods=["GET", "POST"])])

    async def _count(self, _request: Request) -> JSONResponse:
        self.calls += 1
        return JSONResponse({"answer": 42})


def call(server: HttpServer, method: str = "GET", path: str = "/count", body: str | None = None) -> tuple[int, bytes]:
    """One request on its own connection: its status and body."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    try:
        connection.request(method, path, body)
        reply = connection.getresponse()
        return reply.status, reply.read()
    finally:
        connection.close()
