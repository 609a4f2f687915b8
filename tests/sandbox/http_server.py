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
from uvicorn.protocols.http.h11_impl import H11Protocol

from tests.sandbox.control import add_control
from tests.sandbox.faults import Faults
from tests.sandbox.traffic import ReceivedRequest, Traffic

START_SECONDS = 30.0


class _Protocol(H11Protocol):
    """Shows the application what is below HTTP: the transport, for faults to break, and the bytes as they came."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        self.app_state = {"transport": transport}
        super().connection_made(transport)

    def data_received(self, data: bytes) -> None:
        # h11 trims header values, as not every server does: a stand-in that must be stricter looks here.
        self.app_state["received"] = data
        super().data_received(data)


class _Server(uvicorn.Server):
    """Starts and stops at once: uvicorn's own loop polls, and waits for answers that a hung request never gets."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = threading.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stop = asyncio.Event()

    async def main_loop(self) -> None:
        self._loop = asyncio.get_running_loop()
        self.ready.set()
        await self._stop.wait()

    def stop(self) -> None:
        """Asks the thread to end; may be called from any thread."""
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._stop.set)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for server in self.servers:
            server.close()
        for connection in list(self.server_state.connections):
            connection.transport.abort()
        tasks = list(self.server_state.tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


class HttpServer:
    """A running stand-in: `url`, the `faults` switch, the `traffic` received. Close it, or use it in a `with`."""

    def __init__(self, server: _Server, listener: socket.socket, faults: Faults, traffic: Traffic) -> None:
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
    listener = socket.create_server(("127.0.0.1", port), backlog=1024)
    faults, traffic = Faults(), Traffic()
    broken = faults.wrap(app)
    observed = traffic.wrap(broken if capacity is None else _in_turn(broken, capacity))
    config = uvicorn.Config(
        _end_quietly(add_control(observed, faults, traffic, state)),
        http=_Protocol,
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        proxy_headers=False,
        ssl_context_factory=None if tls is None else lambda _config, _default: tls,
    )
    return HttpServer(_Server(config), listener, faults, traffic)


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
