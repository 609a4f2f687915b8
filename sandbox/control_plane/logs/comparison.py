"""One comparison of Cloud Logging's filter language, against one entry."""

from __future__ import annotations

import operator as operators
import re
from datetime import datetime
from typing import Any

from google.cloud.logging_v2.types import LogEntry
from google.protobuf import json_format

from sandbox.control_plane.logs.store import SEVERITIES
from sandbox.control_plane.moments import read_moment
from sandbox.control_plane.problems import refuse_argument

ORDERS = {">": operators.gt, "<": operators.lt, ">=": operators.ge, "<=": operators.le}
TIMES = ("timestamp", "receiveTimestamp")
FIELDS = frozenset({"severity", "resource", "labels", "jsonPayload", "textPayload", "logName", "insertId", *TIMES})


def compare(entry: LogEntry, path: list[str], operator: str, value: str) -> bool:
    """Text is compared without regard to case; a field that an entry lacks equals and contains nothing.

    Raises INVALID_ARGUMENT for a field that no entry has, or a value that its field cannot have.
    """
    root = _camel(path[0])
    if root not in FIELDS:
        raise refuse_argument(f"Field not found: '{'.'.join(path)}'.")
    if operator in ("!=", "!~"):
        return not compare(entry, path, "=" if operator == "!=" else "=~", value)
    if root == "severity":
        return _matches_number(entry.severity, operator, _read_severity(value))
    if root in TIMES:
        moment = entry.timestamp if root == "timestamp" else entry.receive_timestamp
        return _matches_number(read_moment(moment).timestamp(), operator, _read_time(value).timestamp())
    found = _dig(_describe(entry), [root, *path[1:]])
    return found is not None and _matches(found, operator, value)


def search(entry: LogEntry, text: str) -> bool:
    """Whether any field of the entry contains the text."""
    return text.lower() in str(_describe(entry)).lower()


def _describe(entry: LogEntry) -> dict[str, Any]:
    described: dict[str, Any] = json_format.MessageToDict(LogEntry.pb(entry))
    return described


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


def _camel(name: str) -> str:
    return re.sub(r"_([a-z])", lambda found: found[1].upper(), name)


def _read_severity(value: str) -> int:
    if value.upper() in SEVERITIES:
        return SEVERITIES[value.upper()]
    if value.isdigit():
        return int(value)
    raise refuse_argument(f"Invalid severity: {value!r}.")


def _read_time(value: str) -> datetime:
    try:
        moment = datetime.fromisoformat(value)
    except ValueError as error:
        raise refuse_argument(f"Invalid timestamp: {value!r}.") from error
    if moment.tzinfo is None:
        raise refuse_argument(f"Invalid timestamp: {value!r} has no time zone.")
    return moment
