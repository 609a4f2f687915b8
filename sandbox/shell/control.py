"""Where the `sandbox` command reaches the sandbox: words in, lines and an exit status out."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from sandbox.actions.action import Sandbox
from sandbox.actions.dispatch import perform
from sandbox.http_server import HttpServer, serve


def serve_control(sandbox: Sandbox) -> HttpServer:
    """`POST /` with {"words": [...]}: an answer of JSON lines, each a string as it is said, at last the exit status."""

    async def answer(request: Request) -> Response:
        words: list[str] = (await request.json())["words"]
        return StreamingResponse(_say(sandbox, words), media_type="application/x-ndjson")

    return serve(Starlette(routes=[Route("/", answer, methods=["POST"])]))


def _say(sandbox: Sandbox, words: list[str]) -> Iterator[str]:
    lines: Iterator[Any] = _with_status(sandbox, words)
    for item in lines:
        yield json.dumps(item) + "\n"


def _with_status(sandbox: Sandbox, words: list[str]) -> Iterator[str | int]:
    status = yield from perform(sandbox, words)
    yield status
