"""What Google puts in front of a registry: a token, storage on another host, and mounts that it may decline."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit

import requests
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from sandbox.http_server import HttpServer, serve
from tests.support.container_registry import ContainerRegistry

PASSED_ON = ("Content-Type", "Accept", "Docker-Content-Digest", "Location")


@dataclass(frozen=True, slots=True)
class Front:
    """Passes requests with `token` on to the registry; blobs are fetched from `storage`, which refuses tokens."""

    registry: ContainerRegistry
    storage: str
    token: str
    mounts: bool

    async def answer(self, request: Request) -> Response:
        """One request."""
        if request.headers.get("Authorization") != f"Bearer {self.token}":
            return JSONResponse({"errors": [{"code": "UNAUTHORIZED"}]}, 401)
        if request.method == "GET" and "/blobs/" in request.url.path:
            return RedirectResponse(f"{self.storage}{request.url.path}", 302)
        query = "" if request.query_params.get("mount") and not self.mounts else f"?{request.url.query}"
        reply = await run_in_threadpool(
            requests.request,
            request.method,
            f"{self.registry.url}{request.url.path}{query}",
            data=await request.body(),
            headers={name: request.headers[name] for name in PASSED_ON if name in request.headers},
            timeout=10,
        )
        headers = {name: reply.headers[name] for name in PASSED_ON if name in reply.headers}
        if "Location" in headers:
            location = urlsplit(headers["Location"])
            headers["Location"] = f"{location.path}?{location.query}"
        return Response(reply.content, reply.status_code, headers)


@contextmanager
def serve_front(registry: ContainerRegistry, token: str, *, mounts: bool = True) -> Iterator[HttpServer]:
    """The front's server, until the block ends."""

    async def store(request: Request) -> Response:
        if "Authorization" in request.headers:
            return Response("two ways of authentication", 400)
        reply = await run_in_threadpool(requests.get, f"{registry.url}{request.url.path}", timeout=10)
        return Response(reply.content, reply.status_code)

    storage = serve(Starlette(routes=[Route("/{path:path}", store)]))
    # Another host name, as redirects go: tokens may be sent on within one.
    elsewhere = storage.url.replace("127.0.0.1", "localhost")
    front = Front(registry, elsewhere, token, mounts)
    methods = ["GET", "HEAD", "POST", "PUT"]
    with storage, serve(Starlette(routes=[Route("/{path:path}", front.answer, methods=methods)])) as server:
        yield server
