"""The control endpoints that every stand-in has under /_sandbox: faults, requests, state. They need no key."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from sandbox.faults import Fault, Faults
from sandbox.traffic import Traffic

PREFIX = "/_sandbox/"


def add_control(app: ASGIApp, faults: Faults, traffic: Traffic, state: Callable[[], Any]) -> ASGIApp:
    """The application with the control endpoints beside it; these are neither recorded nor broken."""
    control = Starlette(routes=[*_fault_routes(faults), *_traffic_routes(traffic, state)])

    async def handle(scope: Scope, receive: Receive, send: Send) -> None:
        chosen = control if scope["path"].startswith(PREFIX) else app
        await chosen(scope, receive, send)

    return handle


def _fault_routes(faults: Faults) -> list[Route]:
    async def add(request: Request) -> Response:
        try:
            armed = faults.add(Fault(**await request.json()))
        except (TypeError, ValueError) as error:
            return JSONResponse({"error": str(error)}, 400)
        return JSONResponse(armed.describe(), 201)

    async def show(_request: Request) -> Response:
        return JSONResponse([armed.describe() for armed in faults.armed])

    async def release(_request: Request) -> Response:
        faults.release()
        return Response(status_code=204)

    async def clear(_request: Request) -> Response:
        faults.clear()
        return Response(status_code=204)

    path = f"{PREFIX}faults"
    return [
        Route(path, add, methods=["POST"]),
        Route(path, show, methods=["GET"]),
        Route(path, clear, methods=["DELETE"]),
        Route(f"{path}/release", release, methods=["POST"]),
    ]


def _traffic_routes(traffic: Traffic, state: Callable[[], Any]) -> list[Route]:
    async def show(_request: Request) -> Response:
        return JSONResponse([request.describe() for request in traffic.requests])

    async def clear(_request: Request) -> Response:
        traffic.clear()
        return Response(status_code=204)

    async def show_state(_request: Request) -> Response:
        return JSONResponse(state())

    path = f"{PREFIX}requests"
    return [
        Route(path, show, methods=["GET"]),
        Route(path, clear, methods=["DELETE"]),
        Route(f"{PREFIX}state", show_state, methods=["GET"]),
    ]
