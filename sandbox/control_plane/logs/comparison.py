"""One comparison of Cloud Logging's filter language, against one entry."""

from __future__ import annotations

import operator as operators
import re
from datetime import datetime
from functools import cache, lru_cache
from typing import Any

from sandbox.control_plane.logs.store import SEVERITIES, Line
from sandbox.control_plane.problems import refuse_argument

ORDERS = {">": operators.gt, "<": operators.lt, ">=": operators.ge, "<=": operators.le}
TIMES = ("timestamp", "receiveTimestamp")
FIELDS = frozenset({"severity", "resource", "labels", "jsonPayload", "textPayload", "logName", "insertId", *TIMES})


def compare(line: Line, path: list[str], operator: str, value: str) -> bool:
    """Text is compared without regard to case; a field that an entry lacks equals and contains nothing.

    Raises INVALID_ARGUMENT for a field that no entry has, or a value that its field cannot have.
    """
    root = _camel(path[0])
    if root not in FIELDS:
        raise refuse_argument(f"Field not found: '{'.'.join(path)}'.")
    if operator in ("!=", "!~"):
        return not compare(line, path, "=" if operator == "!=" else "=~", value)
    if root == "severity":
        return _matches_number(line.severity, operator, _read_severity(value))
    if root in TIMES:
        moment = line.timestamp if root == "timestamp" else line.receive_timestamp
        return _matches_number(moment, operator, _read_time(value))
    found = _dig(line.fields, [root, *path[1:]])
    return found is not None and _matches(found, operator, value)


def search(line: Line, text: str) -> bool:
    """Whether any field of the entry contains the text."""
    return text.lower() in str(line.fields).lower()


def _matches_number(found: float, operator: str, wanted: float) -> bool:
    return found == wanted if operator in ("=", ":") else bool(ORDERS[operator](found, wanted))


def _matches(found: Any, operator: str, value: str) -> bool:
    if operator == ":":
        return value == "*" or value.lower() in _to_text(found).lower()
    if operator == "=":
        return _to_text(found).lower() == value.lower()
    if operator == "=~":
        return re.search(value, _to_text(found)) is not None
    try:
        return bool(ORDERS[operator](float(found), float(value)))
    except (TypeError, ValueError):
        return bool(ORDERS[operator](_to_text(found), value))


def _to_text(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    # JSON numbers arrive as floats from the protocol buffer.
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _dig(value: Any, path: list[str]) -> Any:
    for segment in path:
        if not isinstance(value, dict):
            return None
        value = value.get(segment)
    return value


@cache
def _camel(name: str) -> str:
    return re.sub(r"_([a-z])", lambda found: found[1].upper(), name)


@lru_cache(100)
def _read_severity(value: str) -> int:
    if value.upper() in SEVERITIES:
        return SEVERITIES[value.upper()]
    if value.isdigit():
        return int(value)
    raise refuse_argument(f"Invalid severity: {value!r}.")


@lru_cache(100)
def _read_time(value: str) -> float:
    try:
        moment = datetime.fromisoformat(value)
    except ValueError as error:
        raise refuse_argument(f"Invalid timestamp: {value!r}.") from error
    if moment.tzinfo is None:
        raise refuse_argument(f"Invalid timestamp: {value!r} has no time zone.")
    return moment.timestamp()
