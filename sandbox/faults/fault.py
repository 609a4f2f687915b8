"""One fault: what goes wrong, and with which requests."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Kind(StrEnum):
    """What goes wrong."""

    RESPOND = "respond"  # another answer: `status`, `headers`, `body`
    HUGE = "huge"  # a JSON string of `size` bytes, chunked unless `headers` has a content-length
    HANG = "hang"  # waits until released, then goes on as if nothing had been
    DELAY = "delay"  # waits `seconds`, then goes on
    RESET = "reset"  # RST instead of an answer
    CLOSE = "close"  # the connection is closed without an answer
    TRUNCATE = "truncate"  # the right answer, of whose body only `size` bytes arrive before the connection is closed
    HANG_UP = "hang_up"  # the right answer, then the kept-alive connection is closed
    DRIP = "drip"  # the right answer, its body one byte every `seconds`
    DRIP_HEAD = "drip_head"  # the same from the status line on
    GARBAGE = "garbage"  # `body` as it is instead of a status line
    CALL = "call"  # calls `hook`, then goes on: what happens between two requests


@dataclass(frozen=True, slots=True)
class Fault:
    """What goes wrong, and with which requests: those of `method` (empty: any) whose path starts with `path`.

    The first `skip` of them after the fault was added pass, then `count` are hit (None: all). With `handled` the real
    handler first runs to its end, so that its effect stays in any case. `body` is JSON (a dict or list),
    or text as it is: HTML if it begins with "<", else called JSON, which it need not be.
    Raises ValueError for an unknown kind or a number that makes no sense.
    """

    kind: Kind
    method: str = ""
    path: str = ""
    skip: int = 0
    count: int | None = 1
    handled: bool = False
    status: int = 503
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Any = ""
    seconds: float = 0.05
    size: int = 1
    hook: Callable[[], None] | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "kind", Kind(self.kind))
        if (self.kind is Kind.CALL) != callable(self.hook):
            raise ValueError(f"a fault of kind {self.kind} has {'no hook' if self.hook is None else 'a hook'}")
        if not 200 <= self.status <= 599:
            raise ValueError(f"{self.status} is no final HTTP status")
        if self.skip < 0 or self.seconds < 0 or self.size < 0 or (self.count is not None and self.count < 1):
            raise ValueError("skip, seconds and size are at least 0, count at least 1")

    def matches(self, method: str, path: str) -> bool:
        """Whether this request is one of those meant."""
        return self.method in ("", method) and path.startswith(self.path)
