"""What every request meets before a route: the global limit, the request id, the header check, maintenance."""

from __future__ import annotations

import asyncio
import re
import uuid

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sandbox.admin_api.errors import (
    BigQueryUnreachable,
    FrontEndTimeout,
    invalid_headers,
    too_many_requests,
    under_maintenance,
    upstream_timeout,
    validation_error,
)
from sandbox.admin_api.state import AdminState

HEADERS_BYTES = 8192
HEADER_BYTES = 4096
SUSPICIOUS = re.compile(r"<script|javascript:|on\w+\s*=|\.\./|;\s*(?:drop|delete|insert|update|exec)\s", re.IGNORECASE)


class Gate:
    """Stands between the framework's outermost error handler and its routes, as the service's middleware does."""

    def __init__(self, app: ASGIApp, state: AdminState) -> None:
        self._app = app
        self._state = state

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuses, or lets the request through with an id, after the route's latency."""
        headers = Headers(scope=scope)
        request_id = headers.get("x-request-id") or str(uuid.uuid4())
        scope["state"]["request_id"] = request_id
        self._state.finish_work()
        refusal = None if scope["path"].startswith("/health") else self._refusal(headers)
        await asyncio.sleep(self._latency(scope["path"]))
        try:
            await (refusal or self._app)(scope, receive, _with_request_id(send, request_id))
        except BigQueryUnreachable:
            await validation_error(request_id)(scope, receive, _with_request_id(send, request_id))
        except FrontEndTimeout:
            await upstream_timeout()(scope, receive, send)

    def _refusal(self, headers: Headers) -> Response | None:
        epoch = self._state.now().timestamp()
        if not self._state.all_calls.admit(epoch):
            return too_many_requests(int(epoch), self._state.all_calls.limit)
        problem = _header_problem(headers)
        if problem:
            return invalid_headers(problem)
        return under_maintenance() if self._state.maintenance else None

    def _latency(self, path: str) -> float:
        matching = [prefix for prefix in self._state.latency if path.startswith(prefix)]
        return self._state.latency[max(matching, key=len)] if matching else 0.0


def _header_problem(headers: Headers) -> str:
    total = sum(len(name) + len(value) for name, value in headers.items())
    if total > HEADERS_BYTES:
        return f"Headers too large: {total} bytes (max: {HEADERS_BYTES} bytes)"
    for name, value in headers.items():
        if SUSPICIOUS.search(value):
            return f"Invalid characters in header: {name}"
        if len(value) > HEADER_BYTES:
            return f"Header '{name}' too large: {len(value)} bytes"
    return ""


def _with_request_id(send: Send, request_id: str) -> Send:
    async def send_with_id(message: Message) -> None:
        if message["type"] == "http.response.start":
            MutableHeaders(scope=message)["x-request-id"] = request_id
        await send(message)

    return send_with_id
