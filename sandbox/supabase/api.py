"""The Management API's query endpoint as an ASGI application."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.supabase.accounts import DENIED, authenticate
from sandbox.supabase.body import read_query
from sandbox.supabase.delivery import Delivery
from sandbox.supabase.mishaps import Mishaps
from sandbox.supabase.rate_limit import RateLimiter
from sandbox.supabase.refused import SQL_PREFIX, RefusedError
from sandbox.supabase.statement import Row, SqlError, UnreachableError

PATH = "/v1/projects/{ref}/database/query"
REF = re.compile("[a-z]{20}")
ANONYMOUS = "-"


@dataclass(slots=True)
class Project:
    """One project: where its database is, and whether it is paused."""

    conninfo: str
    paused: bool = False


class ManagementApi:
    """Answers queries for `projects`, by ref."""

    def __init__(
        self,
        projects: dict[str, Project],
        *,
        body_limit_bytes: int,
        gateway_seconds: float,
        clock: Callable[[], float],
        pass_time: Callable[[float], object],
    ) -> None:
        self.projects = projects
        self.mishaps = Mishaps()
        self.delivery = Delivery(gateway_seconds, pass_time)
        self._limiter = RateLimiter(clock)
        self._body_limit_bytes = body_limit_bytes
        self.app = Starlette(
            routes=[Route(PATH, self._answer, methods=["POST"])],
            exception_handlers={404: _refuse_route, 405: _refuse_route},
        )
        self.app.router.redirect_slashes = False

    async def _answer(self, request: Request) -> Response:
        headers: dict[str, str] = {}
        try:
            _pass_proxy(request)
            rows = await self._query(request, headers)
        except RefusedError as refusal:
            response = refusal.answer()
        else:
            response = JSONResponse(rows, 201)
        response.headers.update(headers)
        return response

    async def _query(self, request: Request, headers: dict[str, str]) -> list[Row]:
        ref = request.path_params["ref"]
        self._admit(request, ref, headers)
        project = self._find(ref)
        query = await read_query(request, self._body_limit_bytes)
        if project.paused:
            raise RefusedError(540, "Project is paused")
        try:
            return await self.delivery.deliver(project.conninfo, query, self.mishaps.claim(query))
        except SqlError as failure:
            raise RefusedError(400, f"{SQL_PREFIX}{failure}") from failure
        except UnreachableError as failure:
            raise RefusedError(544, f"{SQL_PREFIX}{failure}") from failure

    def _admit(self, request: Request, ref: str, headers: dict[str, str]) -> None:
        """Admits callers that may query and have requests left. `headers` gets the rate limit's in either case."""
        try:
            user = authenticate(request.headers.get("authorization"))
        except RefusedError:
            headers |= self._limiter.take(ANONYMOUS, ref, PATH).headers
            raise
        allowance = self._limiter.take(user.name, ref, PATH)
        headers |= allowance.headers
        if not allowance.granted:
            raise RefusedError(429, "ThrottlerException: Too Many Requests")
        if not user.may_query:
            raise RefusedError(403, DENIED)

    def _find(self, ref: str) -> Project:
        if not REF.fullmatch(ref):
            raise RefusedError(400, "ref: Invalid string: must match pattern /^[a-z]{20}$/")
        if ref not in self.projects:
            raise RefusedError(404, "Project not found")
        return self.projects[ref]


def _pass_proxy(request: Request) -> None:
    """The proxy in front lets nobody through who does not say what they are, or who is a bare library."""
    agent = request.headers.get("user-agent", "")
    if not agent or agent.startswith("Python-urllib"):
        raise RefusedError(403, "error code: 1010", html=True)


async def _refuse_route(request: Request, _error: Exception) -> Response:
    message = f"Cannot {request.method} {request.url.path}"
    return JSONResponse({"message": message, "error": "Not Found", "statusCode": 404}, 404)
