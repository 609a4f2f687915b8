"""How many requests are in flight: as many as the service answers faster for, and no more. Pure, no I/O."""

from __future__ import annotations

from runtime.organizations.latency_sample import LatencySample

# In flight at the start, where that many are permitted.
FIRST = 8
# Statuses of a service, or of the proxy before it, that has too much to do. A 500 is not among them: one broken
# organization repeats it at every attempt, and it makes no other request slower.
OVERLOADED = frozenset((408, 429, 502, 503, 504))
# Says what it means. The others also come without any load, one at a time: three in about ten answers count.
TOO_MANY = 429
STRAIN_KEPT = 0.9
STRAIN_BORNE = 2.0
YIELD_RATIO = 0.7
# A probe's steps: fourfold while that pays, then finer, down to a quarter more (or a fifth less).
COARSEST, MEDIUM, FINEST = 4.0, 1.5, 1.25
# More in flight has to bring this share of what it would bring to an idle service; fewer may cost so much.
LEAST_GAIN = 0.4
MOST_LOSS = 0.1
# A latency this many times the usual one calls for a probe of less: down to an eighth at once.
SLOWER = 1.3
MOST_STEP_DOWN = 1 / 8
# Rounds (of `limit` answers each) between two probes of more.
REST_ROUNDS = 20
# The standard error at which a mean latency is compared, per unit of the step: a small step needs to see more.
TOLERANCE, LEAST_TOLERANCE = 0.16, 0.05


class AdaptiveLimit:
    """Climbs to the throughput's summit: `limit` is between 1 and `most`.

    Throughput is `limit` over mean latency (Little's law), so that organizations that take 2 to 10 s each do
    not look like a congestion. The limit moves in probes; one that does not pay is taken back. An overload
    is yielded to at once; a single fault, which may be anything, is not. Additive increase is replaced by
    probes, the multiplicative decrease is that of Chiu and Jain, "Analysis of the Increase and Decrease
    Algorithms", Computer Networks 17, 1989; comparing latencies instead of waiting for errors is TCP Vegas's
    idea (Brakmo and Peterson, IEEE JSAC 13, 1995).
    """

    __slots__ = (
        "_answers",
        "_floor",
        "_kept",
        "_latency",
        "_most",
        "_ratio",
        "_sample",
        "_since",
        "_strain",
        "_tainted",
        "_usual",
        "_yielded",
        "limit",
    )

    def __init__(self, most: int) -> None:
        self.limit = self._kept = min(FIRST, most)
        self._most = most
        self._sample = LatencySample()
        self._since = self._yielded = float("-inf")
        self._ratio = COARSEST
        self._tainted = self._floor = 0
        self._answers = REST_ROUNDS * self.limit
        self._latency = self._usual = self._strain = 0.0

    def observe(self, started: float, now: float, status: int | None) -> None:
        """An answer (None: there was none) to a request of that start, in seconds of one monotonic clock."""
        overload = self.is_overload(status)
        self._strain = STRAIN_KEPT * self._strain + overload
        if overload and (status == TOO_MANY or self._strain > STRAIN_BORNE):
            # What was sent before the last decrease says nothing against the limit since.
            if started >= self._yielded:
                self._yield(now)
        elif status in (200, 201):
            self._answers += 1
            if started < self._since:
                return
            if self._tainted:
                self._tainted -= 1
            else:
                self._sample.add(now - started)
                self._consider(now)

    @staticmethod
    def is_overload(status: int | None) -> bool:
        """Does this answer, or its absence, mean that the service has too much to do?"""
        return status is None or status in OVERLOADED

    def _yield(self, now: float) -> None:
        self._yielded = now
        if self.limit <= self._kept:
            self._kept = max(1, int(self.limit * YIELD_RATIO))
        self._usual = 0.0
        self._rest(now)

    def _consider(self, now: float) -> None:
        probing = self.limit != self._kept
        if not probing and self.limit > 1 and self._sample.exceeds(SLOWER * self._usual):
            self._latency = self._sample.mean
            self._measure(now, self._lower())
        elif self._sample.count >= self.limit and self._sample.is_settled(self._tolerance()):
            if probing:
                self._judge(now)
            else:
                self._continue(now)

    def _tolerance(self) -> float:
        level = self.limit if self.limit != self._kept else self._higher()
        return min(TOLERANCE, max(LEAST_TOLERANCE, TOLERANCE * (max(level, self._kept) / min(level, self._kept) - 1)))

    def _continue(self, now: float) -> None:
        self._latency = self._sample.mean
        self._usual = self._usual or self._latency
        if self._answers < REST_ROUNDS * self._kept:
            self._measure(now, self._kept)
        elif self._kept == self._most and self._ratio == COARSEST:
            # It began there: would fewer do?
            self._ratio = MEDIUM
            self._descend(now)
        else:
            self._climb(now)

    def _judge(self, now: float) -> None:
        step = self.limit / self._kept
        gain = step * self._latency / self._sample.mean
        if gain > (1 + LEAST_GAIN * (step - 1) if step > 1 else 1 - MOST_LOSS):
            self._kept = self.limit
            self._latency = self._usual = self._sample.mean
            self._ratio = min(COARSEST, self._ratio**2)
            self._descend(now) if step < 1 else self._climb(now)
            return
        self._usual = self._latency
        self._turn(now, upward=step > 1, lossy=gain < 1 - MOST_LOSS / 2)

    def _turn(self, now: float, *, upward: bool, lossy: bool) -> None:
        """After a probe that did not pay: the other way, or a smaller step, or a rest."""
        if not upward and self._ratio == FINEST:
            # Even a few less would be too few: asked once for each level.
            self._floor = self._kept
        if self._ratio == FINEST:
            self._descend(now) if upward and lossy and self._floor != self._kept else self._rest(now)
        elif upward and self._ratio == COARSEST:
            self._ratio = MEDIUM
            self._descend(now)
        else:
            self._ratio = max(FINEST, self._ratio**0.5) if upward else MEDIUM
            self._measure(now, self._kept)

    def _climb(self, now: float) -> None:
        if self._kept == self._most:
            self._rest(now)
        else:
            self._measure(now, self._higher())

    def _descend(self, now: float) -> None:
        self._measure(now, self._lower() if self._kept > 1 else 1)

    def _higher(self) -> int:
        return min(self._most, max(self._kept + 1, int(self._kept * self._ratio)))

    def _lower(self) -> int:
        share = max(MOST_STEP_DOWN, min(1 / self._ratio, self._usual / self._latency))
        return max(1, min(self._kept - 1, int(self._kept * share)))

    def _rest(self, now: float) -> None:
        self._ratio = FINEST
        self._answers = 0
        self._measure(now, self._kept)

    def _measure(self, now: float, level: int) -> None:
        # After a decrease, the first to be sent still share the service with what was in flight before; after an
        # increase, those that were added do not yet share it with all of the others.
        self._tainted = level if level < self.limit else level - self.limit
        self.limit = level
        self._since = now
        self._sample = LatencySample()
