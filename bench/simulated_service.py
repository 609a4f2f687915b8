"""A service of known capacity, and a worker pool that syncs against it, on an event-driven clock: no threads."""

from __future__ import annotations

import heapq
import itertools
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol, Self

ATTEMPTS = 5
THREADS = 32
REFUSAL_SECONDS = 0.001


class Limit(Protocol):
    """What decides how many requests may be in flight."""

    limit: int

    def observe(self, started: float, now: float, status: int | None) -> None:
        """One request that has ended; `status` is None for one without an answer."""


@dataclass(slots=True)
class Fixed:
    """What the adaptive limit is held against."""

    limit: int

    def observe(self, started: float, now: float, status: int | None) -> None:
        """Learns nothing."""


@dataclass(frozen=True, slots=True)
class Model:
    """What becomes of requests beyond the capacity: refused with `status`, or slowed down.

    `speed(running, capacity)` is that of each running one.
    """

    name: str
    speed: Callable[[int, int], float]
    refuses: bool = False
    status: int = 429

    def __str__(self) -> str:
        return self.name


QUEUEING = Model("queueing", lambda running, capacity: min(1.0, capacity / running))
# Four times too many halve the throughput.
DEGRADING = Model("degrading", lambda running, capacity: min(1.0, (capacity / running) ** 1.5))
REFUSING = Model("refusing", lambda _running, _capacity: 1.0, refuses=True)


@dataclass(slots=True)
class Sync:
    """One organization's request: `work` is its seconds on an idle service."""

    work: float
    attempt: int = 1
    started: float = 0.0


@dataclass(slots=True)
class Simulation:
    """`organizations` syncs; `changes` are (moment, new capacity). It admits as ConcurrencyLimiter does.

    `fault_rate` is the share of requests that a proxy answers with a 503 at any load.
    """

    limit: Limit
    model: Model
    capacity: int
    organizations: int
    draw: Callable[[random.Random], float]
    seed: int = 1
    changes: tuple[tuple[float, int], ...] = ()
    fault_rate: float = 0.0
    now: float = 0.0
    attempts: int = 0
    refusals: int = 0
    failed: int = 0
    finishes: list[float] = field(default_factory=list)
    _random: random.Random = field(default_factory=random.Random)
    _order: itertools.count[int] = field(default_factory=itertools.count)
    _events: list[tuple[float, int, Callable[[], None]]] = field(default_factory=list)
    # All that run share one speed: each ends when the work done by any of them reaches its own mark.
    _running: list[tuple[float, int, Sync]] = field(default_factory=list)
    _work_done: float = 0.0
    _returning: list[Sync] = field(default_factory=list)
    _active: int = 0
    _inside: int = 0
    _overloaded: bool = False

    @property
    def throughput(self) -> float:
        """Organizations a second."""
        return len(self.finishes) / self.now

    def run(self) -> Self:
        """Until every organization is done, or failed in each of its attempts."""
        self._random.seed(self.seed)
        for moment, capacity in self.changes:
            self._at(moment, lambda capacity=capacity: setattr(self, "capacity", capacity))  # type: ignore[misc]
        while self.organizations or self._inside:
            self._admit()
            self._advance()
        return self

    def _at(self, moment: float, event: Callable[[], None]) -> None:
        heapq.heappush(self._events, (moment, next(self._order), event))

    def _admit(self) -> None:
        while self._active < self.limit.limit:
            if self._returning:
                self._send(self._returning.pop(0))
            elif self.organizations and self._inside < THREADS and not (self._overloaded and self._inside):
                self.organizations -= 1
                self._inside += 1
                self._send(Sync(self.draw(self._random)))
            else:
                return

    def _send(self, sync: Sync) -> None:
        self.attempts += 1
        self._active += 1
        sync.started = self.now
        if self.fault_rate and self._random.random() < self.fault_rate:
            self._at(self.now + REFUSAL_SECONDS, lambda: self._refuse(sync, 503))
        elif self.model.refuses and len(self._running) >= self.capacity:
            self._at(self.now + REFUSAL_SECONDS, lambda: self._refuse(sync, self.model.status))
        else:
            heapq.heappush(self._running, (self._work_done + sync.work, next(self._order), sync))

    def _advance(self) -> None:
        speed = self.model.speed(len(self._running), self.capacity) if self._running else 1.0
        finish = self.now + (self._running[0][0] - self._work_done) / speed if self._running else float("inf")
        moment = min(finish, self._events[0][0]) if self._events else finish
        self._work_done += (moment - self.now) * speed
        self.now = moment
        if moment == finish:
            self._work_done, _, sync = heapq.heappop(self._running)
            self._answer(sync, 200)
            self._inside -= 1
            self.finishes.append(self.now)
        else:
            heapq.heappop(self._events)[2]()

    def _refuse(self, sync: Sync, status: int) -> None:
        self.refusals += 1
        self._answer(sync, status)
        if sync.attempt == ATTEMPTS:
            self._inside -= 1
            self.failed += 1
        else:
            # Full jitter, as runtime/net/retry.py draws it.
            wait = self._random.uniform(0.0, 2.0 ** (sync.attempt - 1))
            sync.attempt += 1
            self._at(self.now + wait, lambda: self._returning.append(sync))

    def _answer(self, sync: Sync, status: int) -> None:
        self._active -= 1
        self._overloaded = status != 200
        self.limit.observe(sync.started, self.now, status)
