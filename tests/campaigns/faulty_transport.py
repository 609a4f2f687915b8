"""The real transport with a seed's troubles on the way, and a record of what was sent."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from random import Random

from runtime.net.faults import ConnectionFault
from runtime.net.transport import UrllibTransport, WireRequest
from tests.campaigns.parallel_clock import ParallelClock
from tests.campaigns.troubles import TROUBLES, Passage, Wire

Trouble = Callable[[Passage], Wire]
INTENSITIES = (0.0, 0.1, 0.3, 0.3, 0.6, 0.95)
# Of the real time that a request to a stand-in may take; the budget that the job gives is virtual.
AMPLE_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Sent:
    """One attempt: what it was, when (virtual), with which budget, and its fault ('' for none)."""

    name: str
    call: str
    at: float
    seconds: float
    trouble: str


class FaultyTransport:
    """What happens to a request depends on the seed, on what it asks for, and on how often that was asked before.

    So the order in which several threads ask changes nothing. `before` is called ahead of each request.
    """

    def __init__(
        self,
        seed: str,
        clock: ParallelClock,
        *,
        troubles: Sequence[Trouble] = TROUBLES,
        before: Callable[[str, Random], object] = lambda _name, _random: None,
    ) -> None:
        self.sent: list[Sent] = []
        self._seed = seed
        self._clock = clock
        self._troubles = troubles
        self._before = before
        self._inner = UrllibTransport()
        self._lock = threading.Lock()
        self._asked: Counter[str] = Counter()
        self._intensity = Random(seed).choice(INTENSITIES)

    def send(self, request: WireRequest, seconds: float) -> tuple[int, Mapping[str, str], bytes]:
        """As any transport."""
        name = f"{request.method} {request.selector}"
        key = name + (request.data or b"").decode()
        with self._lock:
            self._asked[key] += 1
            number = self._asked[key]
        random = Random(f"{self._seed} {number} {key}")
        self._before(name, random)
        struck = self._troubles and random.random() < self._intensity
        trouble = random.choice(self._troubles) if struck else None
        call = request.headers["X-request-id"].rpartition("-")[0]
        what = trouble.__name__ if trouble else ""
        self.sent.append(Sent(name, call, self._clock.monotonic(), seconds, what))

        def handle() -> Wire:
            self._clock.advance(min(random.uniform(0.001, 0.2), seconds))
            return self._inner.send(request, AMPLE_SECONDS)

        if trouble is None:
            return handle()
        return trouble(Passage(request.selector, seconds, random, self._clock, handle))

    def close(self) -> None:
        """Closes the real connections."""
        with suppress(ConnectionFault):
            self._inner.close()
