"""What can be broken, what is, and its end."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from sandbox.actions.kinds import KINDS, find_kind
from sandbox.local_cloud import LocalCloud

# Calls the function after so many seconds, unless it is cancelled before.
Schedule = Callable[[float, Callable[[], None]], Any]


def schedule_really(seconds: float, function: Callable[[], None]) -> threading.Timer:
    """By this machine's clock: a service that is down stays so for real seconds, at any time of the sandbox."""
    timer = threading.Timer(seconds, function)
    timer.daemon = True
    timer.start()
    return timer


@dataclass(frozen=True, slots=True)
class Breakage:
    """Something that is broken; `undo` ends it."""

    service: str
    kind: str
    means: str
    undo: Callable[[], None]


class Breakages:
    """All that is broken in a cloud."""

    def __init__(self, cloud: LocalCloud, schedule: Schedule = schedule_really) -> None:
        self._cloud = cloud
        self._schedule = schedule
        self._lock = threading.Lock()
        self.active: list[Breakage] = []

    def add(self, service: str, word: str, seconds: float | None) -> Breakage:
        """Breaks it, for so many seconds or until `heal`. Raises UsageError for what cannot be broken so."""
        kind = find_kind(service, word)
        breakage = Breakage(service, word, kind.means.format(word=word), kind.begin(self._cloud, service, word))
        with self._lock:
            self.active.append(breakage)
        if seconds is not None:
            self._schedule(seconds, partial(self._end, breakage))
        return breakage

    def heal(self) -> list[Breakage]:
        """Ends all of it; what was broken."""
        with self._lock:
            ended, self.active = self.active, []
        for breakage in reversed(ended):
            breakage.undo()
        return ended

    def _end(self, breakage: Breakage) -> None:
        with self._lock:
            if breakage not in self.active:
                return
            self.active.remove(breakage)
        breakage.undo()


def list_kinds() -> list[tuple[str, str]]:
    """What can be typed after `sandbox break`, and what it does to the service."""
    return [
        (f"{'SERVICE' if service == '*' else service} {name}", kind.means.format(word=name))
        for (service, name), kind in KINDS.items()
    ]
