"""The front end of every API: who calls, which method, and the answer or the error as JSON."""

from __future__ import annotations

import re
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.types import Receive, Scope, Send

from sandbox.control_plane.identity.accounts import Identities
from sandbox.control_plane.messages import parse_request, render
from sandbox.control_plane.methods import Method, Router
from sandbox.control_plane.problems import ApiError, refuse_argument
from sandbox.control_plane.world.world import World

CHALLENGE = {"www-authenticate": 'Bearer realm="https://accounts.google.com/"'}


class Gateway:
    """An ASGI application over the methods of all APIs."""

    def __init__(self, methods: list[Method], identities: Identities, world: World) -> None:
        self._router = Router(methods)
        self._identities = identities
        self._world = world

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        body = await request.body()
        query = request.query_params.multi_items()
        try:
            answer = await run_in_threadpool(self._answer, request, query, body)
        except ApiError as error:
            headers = (
                {"www-authenticate": 'Bearer realm="https://accounts.google.com/"'} if error.http_status == 401 else {}
            )
            await JSONResponse(error.render(), error.http_status, headers)(scope, receive, send)
        else:
            await JSONResponse(answer)(scope, receive, send)

    def _answer(self, request: Request, query: list[tuple[str, str]], body: bytes) -> dict[str, Any]:
        caller = self._identities.identify(request.headers.get("authorization", ""))
        path = re.sub(r"(?<=/projects/)[^/:]+", lambda found: self._world.resolve_project(found[0]), request.url.path)
        method, variables = self._router.find(request.method, path)
        assert method.handle is not None
        answer = method.handle(caller, _read(method, variables, query, body))
        return render(answer, enums_as_numbers="enum-encoding=int" in request.query_params.get("$alt", ""))


def _read(method: Method, variables: dict[str, str], query: list[tuple[str, str]], body: bytes) -> Any:
    if isinstance(method.request, type):
        return parse_request(method.request, variables, query, body, method.body)
    unknown = [name for name, _ in query if name not in method.request and not name.startswith(("$", "alt"))]
    if unknown or body:
        raise refuse_argument(
            f'Invalid JSON payload received. Unknown name "{(*unknown, "body")[0]}": Cannot find field.'
        )
    values: dict[str, Any] = {}
    for name, value in query:
        values.setdefault(name, []).append(value)
    return values | variables
