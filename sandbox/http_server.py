"""Runs a stand-in under uvicorn, in a thread, on a loopback port."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
import threading
from collections.abc import Callable
from types import TracebackType
from typing import Any, Self

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send

from sandbox.control import add_control
from sandbox.faults import Faults
from sandbox.prompt_server import PromptServer, Protocol
from sandbox.traffic import ReceivedRequest, Traffic

START_SECONDS = 30.0


class HttpServer:
    """A running stand-in: `url`, the `faults` switch, the `traffic` received. Close it, or use it in a `with`."""

    def __init__(self, server: PromptServer, listener: socket.socket, faults: Faults, traffic: Traffic) -> None:
        self.faults = faults
        self.traffic = traffic
        self.port: int = listener.getsockname()[1]
        self.url = f"{'https' if server.config.is_ssl else 'http'}://127.0.0.1:{self.port}"
        self._server = server
        self._thread = threading.Thread(target=server.run, args=([listener],), name=f"sandbox-{self.port}", daemon=True)
        self._thread.start()
        if not server.ready.wait(START_SECONDS):
            raise RuntimeError(f"the stand-in on port {self.port} did not start within {START_SECONDS:.0f} s")

    @property
    def requests(self) -> list[ReceivedRequest]:
        """Every request so far in order of arrival, those that a fault broke included; not the control calls."""
        return list(self.traffic.requests)

    def close(self) -> None:
        """Drops every connection, hung requests included, and ends the thread. Safe to repeat."""
        self._server.stop()
        self._thread.join()
        self.faults.clear()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def serve(
    app: ASGIApp,
    *,
    port: int = 0,
    tls: ssl.SSLContext | None = None,
    capacity: int | None = None,
    state: Callable[[], Any] = dict,
) -> HttpServer:
    """Serves `app` on 127.0.0.1 until closed; port 0 takes a free one.

    At most `capacity` requests are handled at a time, the others queue. One is a service whose handlers block its only
    event loop: while a request hangs, nothing else is answered, though its client has long gone. `state` gives what
    `GET /_sandbox/state` shows, as JSON can say it.
    """
    listener = _listen(port)
    faults, traffic = Faults(), Traffic()
    broken = faults.wrap(app)
    observed = traffic.wrap(broken if capacity is None else _in_turn(broken, capacity))
    config = uvicorn.Config(
        _end_quietly(add_control(observed, faults, traffic, state)),
        http=Protocol,
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        proxy_headers=False,
        ssl_context_factory=None if tls is None else lambda _config, _default: tls,
    )
    return HttpServer(PromptServer(config), listener, faults, traffic)


def _listen(port: int) -> socket.socket:
    # Asyncio switches Nagle's delay off only for sockets that name their protocol; with it each answer takes 40 ms.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", port))
    return listener


def _end_quietly(app: ASGIApp) -> ASGIApp:
    """Without this uvicorn prints a traceback for each request that `close` cuts off."""

    async def handle(scope: Scope, receive: Receive, send: Send) -> None:
        with contextlib.suppress(asyncio.CancelledError):
            await app(scope, receive, send)

    return handle


def _in_turn(app: ASGIApp, capacity: int) -> ASGIApp:
    turn = asyncio.Semaphore(capacity)

    async def handle(scope: Scope, receive: Receive, send: Send) -> None:
        async with turn:
            await app(scope, receive, send)

    return handle
