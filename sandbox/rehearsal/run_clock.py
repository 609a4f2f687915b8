"""One attempt's own time: it moves while the attempt waits, and at no other time."""

from __future__ import annotations

import random
from _thread import LockType
from datetime import datetime

from runtime.process.clock import Clock

# Made up: how long a service takes to answer; a rehearsal shows the waits between requests, it measures no service.
ANSWER_SECONDS = (0.2, 2.5)
# As long as the service's front end lets an answer take.
SLOW_ANSWER_SECONDS = 299.0
# Real ones, far beyond what a stand-in takes.
TIMEOUT_SECONDS = 60.0


class RunClock(Clock):
    """Begins at `start`. Chance is drawn from `seed`; with `slow` the first answer takes almost five minutes."""

    __slots__ = ("_chance", "_moment", "_slow")

    def __init__(self, start: datetime, seed: str, *, slow: bool = False) -> None:
        self._moment = start.timestamp()
        self._chance = random.Random(seed)
        self._slow = slow

    def monotonic(self) -> float:
        return self._moment

    def epoch(self) -> float:
        return self._moment

    def sleep(self, seconds: float) -> None:
        self._moment += seconds

    def uniform(self, low: float, high: float) -> float:
        return self._chance.uniform(low, high)

    def wait(self, lock: LockType, seconds: float) -> bool:
        """For work that keeps no time itself: it takes as long as an answer."""
        return lock.acquire(timeout=TIMEOUT_SECONDS) and self.await_answer(seconds)

    def await_answer(self, seconds: float, *, prompt: bool = False) -> bool:
        """Moves on by what an answer takes, at most so many seconds; whether it came by then.

        A `prompt` one is not the slow one.
        """
        slow = self._slow and not prompt
        taken = SLOW_ANSWER_SECONDS if slow else self.uniform(*ANSWER_SECONDS)
        self._slow = self._slow and prompt
        self._moment += min(taken, seconds)
        return taken <= seconds
