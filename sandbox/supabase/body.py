"""The request's body, checked as the API checks it and stricter: a field that is not served here is refused by name."""

from __future__ import annotations

import json
from typing import Any

from starlette.requests import Request

from sandbox.supabase.refused import RefusedError

FIELDS = {"query", "parameters", "read_only"}


async def read_query(request: Request, limit_bytes: int) -> str:
    """The SQL text. Raises RefusedError: 413 too large, 400 no JSON, no query, or a field that is not honored here."""
    raw = await request.body()
    if len(raw) > limit_bytes:
        raise RefusedError(413, "request entity too large")
    fields = _parse(request, raw)
    unknown = sorted(fields.keys() - FIELDS)
    if unknown:
        raise RefusedError(400, f"Unrecognized key: {json.dumps(unknown[0])}")
    query = fields.get("query")
    if not isinstance(query, str):
        raise RefusedError(
            400,
            "query: Invalid input: expected string, received " + _name(fields, "query"),
        )
    if not query:
        raise RefusedError(400, "query: Too small: expected string to have >=1 characters")
    if fields.get("read_only", False) is not False or fields.get("parameters", []) != []:
        raise RefusedError(400, "this stand-in runs plain queries only: no parameters, no read_only")
    return query


def _parse(request: Request, raw: bytes) -> dict[str, Any]:
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        return {}  # the body parser passes over what does not call itself JSON
    try:
        parsed = json.loads(raw)
    except ValueError as error:
        raise RefusedError(400, "Unexpected token in JSON") from error
    if not isinstance(parsed, dict):
        raise RefusedError(400, "Invalid input: expected object")
    return parsed


def _name(fields: dict[str, Any], key: str) -> str:
    names = {
        bool: "boolean",
        int: "number",
        float: "number",
        list: "array",
        dict: "object",
        type(None): "null",
    }
    return names[type(fields[key])] if key in fields else "undefined"
