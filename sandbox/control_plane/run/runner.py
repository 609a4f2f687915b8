"""What carries out a container: a process here, or a function in a rehearsal."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

# Takes the stream's name (stdout or stderr) and a line without its end.
OnLine = Callable[[str, str], None]


@dataclass(frozen=True, slots=True)
class Container:
    """What Cloud Run would start: `image` by digest; an empty `command` means the image's own entry point.

    `starts_at` is the timeline's moment, or if that stands still, the end of the attempt before.
    """

    image: str
    command: tuple[str, ...]
    args: tuple[str, ...]
    account: str
    timeout_seconds: float
    starts_at: datetime


@dataclass(frozen=True, slots=True)
class Exit:
    """How a container ended: its exit status, or the signal that ended it, and when if that is not now."""

    status: int = 0
    signal: int = 0
    ended_at: datetime | None = None


class Handle(Protocol):
    """A started container."""

    def poll(self) -> Exit | None:
        """How it ended, None while it runs. All its lines have been delivered by then."""

    def send_signal(self, number: int) -> None:
        """SIGTERM asks it to end, SIGKILL ends it; no error if it has ended."""


class Runner(Protocol):
    """Starts containers."""

    @property
    def passes_time(self) -> bool:
        """Whether the times in the container's own lines are those of the stand-in's timeline."""

    def start(
        self, container: Container, env: Mapping[str, str], on_line: OnLine, on_end: Callable[[], None]
    ) -> Handle:
        """Starts it with exactly this environment, `on_end` when it has ended; may return after that."""
