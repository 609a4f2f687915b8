"""The application, and how it is served."""

from __future__ import annotations

import ssl

from fastapi import FastAPI, HTTPException

from sandbox.admin_api.errors import answer_http_exception
from sandbox.admin_api.middleware import Gate
from sandbox.admin_api.routes import alerts, bootstrap, health, quotas
from sandbox.admin_api.routes import organizations as organizations
from sandbox.admin_api.state import AdminState
from sandbox.http_server import HttpServer, serve


def create_app(state: AdminState) -> FastAPI:
    """The service on this state."""
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    app.state.admin = state
    app.add_middleware(Gate, state=state)
    app.add_exception_handler(HTTPException, answer_http_exception)
    app.include_router(health.router, prefix="/health")
    app.include_router(bootstrap.router, prefix="/api/v1/admin/bootstrap")
    app.include_router(alerts.router, prefix="/api/v1/admin/alerts")
    app.include_router(organizations.router, prefix="/api/v1/organizations")
    app.include_router(quotas.router, prefix=f"/api/v1{state.quota_prefix}")
    return app


def serve_admin_api(
    state: AdminState, *, port: int = 0, tls: ssl.SSLContext | None = None, capacity: int | None = None
) -> HttpServer:
    """Serves the admin API until closed. A `capacity` of one is the real service: its handlers block the event loop."""
    return serve(create_app(state), port=port, tls=tls, capacity=capacity, state=state.describe)
