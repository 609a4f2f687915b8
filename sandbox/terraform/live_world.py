"""The stand-in provider's cloud in memory, whose changes somebody else sees at once."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from sandbox.terraform_provider.codec import Object
from sandbox.terraform_provider.world import Cloud, World

# Type, values before and values after; None if it does not exist.
OnChange = Callable[[str, Object | None, Object | None], None]


def _ignore(_kind: str, _before: Object | None, _after: Object | None) -> None:
    """Nobody looks yet."""


@dataclass(slots=True)
class Watch:
    """What has been told, and to whom."""

    on_change: OnChange = _ignore
    reported: dict[tuple[str, str], Object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LiveWorld(World):
    """Several providers may share it. `path` is where it is kept between two sandboxes."""

    cloud: Cloud = field(default_factory=Cloud)
    watch: Watch = field(default_factory=Watch)
    lock: threading.RLock = field(default_factory=threading.RLock)

    def load(self) -> Cloud:
        return self.cloud

    @contextmanager
    def change(self) -> Iterator[Cloud]:
        with self.lock:
            try:
                yield self.cloud
            finally:
                self._report()

    def follow(self, on_change: OnChange) -> None:
        """Tells of all that exists, and from then on of every change."""
        with self.lock:
            self.watch.on_change = on_change
            self.watch.reported.clear()
            self._report()

    def _report(self) -> None:
        reported, kinds = self.watch.reported, self.cloud.resources.items()
        existing = {(kind, name): values for kind, resources in kinds for name, values in resources.items()}
        for key in [key for key in reported if key not in existing]:
            self.watch.on_change(key[0], reported.pop(key), None)
        for key, values in existing.items():
            # A resource that changes is put anew.
            if reported.get(key) is not values:
                self.watch.on_change(key[0], reported.get(key), values)
                reported[key] = values
