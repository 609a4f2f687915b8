"""The service's error bodies, those that the framework does not already make."""

from __future__ import annotations

from fastapi import HTTPException, Request
from fastapi.responses import JSONResponse, PlainTextResponse


class BigQueryUnreachable(Exception):
    """A query that a handler did not expect to fail; the middleware makes a VALIDATION_ERROR of it."""


class FrontEndTimeout(Exception):
    """The front end did not wait for the handler, which goes on."""


async def answer_http_exception(request: Request, error: Exception) -> JSONResponse:
    """A handler's refusal. Routing errors are not FastAPI's own class, so they keep the framework's shape."""
    if not isinstance(error, HTTPException):
        raise error
    return JSONResponse({"detail": error.detail, "request_id": request.state.request_id}, error.status_code)


def validation_error(request_id: str) -> JSONResponse:
    """What an unexpected exception in a handler becomes."""
    body = {"error": "VALIDATION_ERROR", "message": "Request validation failed", "category": "INTERNAL"}
    return JSONResponse({**body, "request_id": request_id}, 500)


def upstream_timeout() -> PlainTextResponse:
    """What Cloud Run's front end answers after the request timeout of the service."""
    return PlainTextResponse("upstream request timeout", 504)


def invalid_headers(problem: str) -> JSONResponse:
    """Headers that are too large or look like an attack."""
    return JSONResponse({"error": "INVALID_HEADERS", "message": problem, "category": "VALIDATION"}, 400)


def under_maintenance() -> JSONResponse:
    """The only 503 whose Retry-After is a true wait."""
    body = {"error": "Service Unavailable", "message": "Down for maintenance", "maintenance": True}
    return JSONResponse(body, 503, {"retry-after": "3600", "x-maintenance-mode": "true"})


def too_many_requests(epoch: int, limit: int) -> JSONResponse:
    """The middleware's 429; what it calls a wait is the time of day."""
    headers = {
        "retry-after": str(epoch),
        "x-ratelimit-limit": str(limit),
        "x-ratelimit-remaining": "0",
        "x-ratelimit-reset": str(epoch),
    }
    body = {"error": "Rate limit exceeded", "message": "Global rate limit exceeded", "retry_after": epoch}
    return JSONResponse(body, 429, headers)


def route_limit_exceeded(route: str, epoch: int) -> HTTPException:
    """A route's own 429: an object as detail, and no header."""
    message = f"Global rate limit exceeded for {route}"
    return HTTPException(429, {"error": "Rate limit exceeded", "message": message, "retry_after": epoch})
