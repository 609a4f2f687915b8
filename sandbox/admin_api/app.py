"""The application, and how it is served."""

from __future__ import annotations

import ssl
from importlib import import_module
from pkgutil import iter_modules

from fastapi import FastAPI, HTTPException

from sandbox.admin_api import routes
from sandbox.admin_api.errors import answer_http_exception
from sandbox.admin_api.middleware import Gate
from sandbox.admin_api.state import AdminState
from sandbox.http_server import HttpServer, serve


def create_app(state: AdminState) -> FastAPI:
    """The service on this state."""
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    app.state.admin = state
    app.add_middleware(Gate, state=state)
    app.add_exception_handler(HTTPException, answer_http_exception)
    for found in iter_modules(routes.__path__):
        module = import_module(f"{routes.__name__}.{found.name}")
        app.include_router(module.router, prefix=module.PREFIX.format(quota_prefix=state.quota_prefix))
    return app


def serve_admin_api(
    state: AdminState, *, port: int = 0, tls: ssl.SSLContext | None = None, capacity: int | None = None
) -> HttpServer:
    """Serves the admin API until closed. A `capacity` of one is the real service: its handlers block the event loop."""
    return serve(create_app(state), port=port, tls=tls, capacity=capacity, state=state.describe)
