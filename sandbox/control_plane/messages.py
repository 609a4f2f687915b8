"""Requests into protocol buffers and protocol buffers into answers, as strictly as Google's front end."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from google.protobuf import json_format
from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import Message

from sandbox.control_plane.problems import refuse_argument

# https://cloud.google.com/apis/docs/system-parameters: accepted by every method.
SYSTEM_PARAMETERS = frozenset({"$alt", "alt", "$prettyPrint", "prettyPrint", "$.xgafv", "quotaUser", "key"})
Item = TypeVar("Item")
BAD_JSON = "Invalid JSON payload received."


def parse_request(
    kind: type[Any],
    path_variables: Mapping[str, str],
    query: Iterable[tuple[str, str]],
    body: bytes,
    body_field: str | None,
) -> Any:
    """The request message of a call, of a proto-plus class (it has `pb`) or a plain one.

    `body_field` as in google.api.http: "*", a field's name, or None.
    Raises INVALID_ARGUMENT for an unknown field, a wrong type, or a body if none belongs there.
    """
    wraps = hasattr(kind, "pb")
    pb_class: type[Message] = kind.pb() if wraps else kind
    fields = _read_body(body, body_field)
    for name, text in query:
        if name not in SYSTEM_PARAMETERS:
            _bind(fields, pb_class.DESCRIPTOR, name, text, whole_body=body_field == "*")
    for name, value in path_variables.items():
        _put(fields, name.split("."), value)
    try:
        message = json_format.ParseDict(fields, pb_class())
    except json_format.ParseError as error:
        raise refuse_argument(f"{BAD_JSON} {error}") from error
    return kind.wrap(message) if wraps else message


def render(answer: Any, *, enums_as_numbers: bool = False) -> dict[str, Any]:
    """The JSON of a message; a dictionary is JSON already."""
    if isinstance(answer, dict):
        return answer
    message = type(answer).pb(answer) if hasattr(type(answer), "pb") else answer
    rendered: dict[str, Any] = json_format.MessageToDict(message, use_integers_for_enums=enums_as_numbers)
    return rendered


def _read_body(body: bytes, body_field: str | None) -> dict[str, Any]:
    if body_field is None:
        if body:
            raise refuse_argument(f"{BAD_JSON} This method takes no request body.")
        return {}
    try:
        parsed = json.loads(body or b"{}")
    except ValueError as error:
        raise refuse_argument(f"{BAD_JSON} Unexpected token. {error}") from error
    if not isinstance(parsed, dict):
        raise refuse_argument(f'{BAD_JSON} Root element must be a message, not "{type(parsed).__name__}".')
    return parsed if body_field == "*" else {body_field: parsed}


def _bind(fields: dict[str, Any], kind: Any, name: str, text: str, *, whole_body: bool) -> None:
    """Puts a query parameter where it belongs."""
    field = None if whole_body else _find_field(kind, name)
    if field is None:
        raise refuse_argument(
            f'{BAD_JSON} Unknown name "{name}": Cannot bind query parameter. Field not found in the request message.'
        )
    value = _read_scalar(field, name, text)
    if field.is_repeated:
        fields.setdefault(field.name, []).append(value)
    else:
        fields[field.name] = value


def _find_field(kind: Any, name: str) -> FieldDescriptor | None:
    field: FieldDescriptor | None = kind.fields_by_camelcase_name.get(name) or kind.fields_by_name.get(name)
    return field


def _read_scalar(field: FieldDescriptor, name: str, text: str) -> Any:
    if field.type != FieldDescriptor.TYPE_BOOL:
        return text
    if text not in ("true", "false"):
        raise refuse_argument(f"Invalid value at '{name}' (TYPE_BOOL), \"{text}\"")
    return text == "true"


def _put(fields: dict[str, Any], path: list[str], value: str) -> None:
    for name in path[:-1]:
        fields = fields.setdefault(name, {})
    fields[path[-1]] = value


def page(items: list[Item], size: int, token: str, *, default: int, limit: int) -> tuple[list[Item], str]:
    """One page, and the token of the next one ("" on the last). Tokens are opaque to the caller."""
    if size < 0:
        raise refuse_argument("page_size must be non-negative.")
    if token and not re.fullmatch(r"page-[0-9]+", token):
        raise refuse_argument("The page token is invalid.")
    start = int(token.removeprefix("page-")) if token else 0
    end = start + min(size or default, limit)
    return items[start:end], f"page-{end}" if end < len(items) else ""
