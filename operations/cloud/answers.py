"""Members of Google's JSON answers; protocol buffers leave out every default."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from runtime.process.errors import UnexpectedAnswer


def read_moment(values: Mapping[str, Any], name: str) -> datetime | None:
    """An aware point in time, None if the answer has none."""
    text = values.get(name)
    if text is None:
        return None
    try:
        return datetime.fromisoformat(str(text))
    except ValueError as error:
        raise UnexpectedAnswer(f"Google answered with {name} {text!r}, which is not an RFC 3339 time") from error


def require_moment(values: Mapping[str, Any], name: str) -> datetime:
    """A point in time that every resource of the kind has."""
    moment = read_moment(values, name)
    if moment is None:
        raise UnexpectedAnswer(f"Google answered without {name}")
    return moment


def read_seconds(text: str) -> float:
    """A duration such as "900s" or "1.5s"; 0 for none."""
    return float(text.removesuffix("s") or 0)


def last_part(name: str) -> str:
    """The short name at the end of a resource's full one."""
    return name.rpartition("/")[2]
