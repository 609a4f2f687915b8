"""Lengths of time as people type and read them."""

from __future__ import annotations

import re
from datetime import timedelta

from runtime.process.errors import UsageError

UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
TYPED = re.compile(r"(?P<count>\d+)(?P<unit>[smhd]?)")


def parse_duration(text: str) -> timedelta:
    """30s, 5m, 2h, 1d; a bare number is of seconds. Raises UsageError."""
    found = TYPED.fullmatch(text)
    if found is None or int(found["count"]) == 0:
        raise UsageError(f"{text!r} is not a length of time", "30s, 5m, 2h or 1d")
    return timedelta(seconds=int(found["count"]) * UNITS[found["unit"] or "s"])


def format_duration(length: timedelta) -> str:
    """In its two largest units, such as 2 d 16 h."""
    left = round(length.total_seconds())
    parts = []
    for unit, seconds in reversed(UNITS.items()):
        count, left = divmod(left, seconds)
        if count:
            parts.append(f"{count} {unit}")
    return " ".join(parts[:2]) or "0 s"
