"""A log whose lines a test reads."""

from __future__ import annotations

import json
from typing import Any

from runtime.process.clock import Clock
from runtime.process.log import Log
from runtime.process.secret import Redactor


class Records(Log):
    """Keeps what is logged; `lines` are the JSON objects."""

    __slots__ = ("raw",)

    def __init__(self, clock: Clock, redactor: Redactor | None = None) -> None:
        self.raw: list[bytes] = []
        super().__init__(clock, redactor or Redactor(), {}, self.raw.append)

    @property
    def lines(self) -> list[dict[str, Any]]:
        """All of it."""
        return [json.loads(line) for line in b"".join(self.raw).splitlines()]

    def events(self, name: str) -> list[dict[str, Any]]:
        """Those of one name."""
        return [line for line in self.lines if line["event"] == name]
