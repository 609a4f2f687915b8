"""A virtual clock on which something happens while the job waits."""

from __future__ import annotations

from collections.abc import Callable

from tests.support.virtual_clock import VirtualClock


class HookedClock(VirtualClock):
    """Calls the hook during the nth wait."""

    __slots__ = ("_hook", "_nth")

    def __init__(self, nth: int, hook: Callable[[], object]) -> None:
        super().__init__()
        self._nth = nth
        self._hook = hook

    def sleep(self, seconds: float) -> None:
        super().sleep(seconds)
        if len(self.waits) == self._nth:
            self._hook()
