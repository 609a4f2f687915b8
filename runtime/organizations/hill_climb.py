"""How many requests are in flight: hill climbing on throughput. Pure, no I/O."""

from __future__ import annotations

# In flight at the start, if so many are permitted.
FIRST = 8
# A level is measured over so many rounds (of `limit` answers each), and over so many answers at least.
ROUNDS, LEAST_ANSWERS = 2, 32
# The neighbors of a level, in the order in which they are tried: slow start doubles; a later probe is finer.
STEPS = (2.0, 0.5, 1.4)
# More in flight has to bring this share of what it would bring to an idle service; fewer may cost as much of it.
LEAST_GAIN = 0.25
# What a new measurement leaves of the one before.
MEMORY = 0.8
# Measurements at the best level between two probes of more: too many in flight often cost nothing, too few always do.
# Below DROP of its known rate it is another service.
REST, DROP = 8, 0.5
# What an overload leaves of the level that it came at.
YIELD = 0.7
# Statuses of a service, or of the proxy before it, that has too much to do, None for no answer. A 500 is not among
# them: one broken organization repeats it at every attempt, and it makes no other request slower.
OVERLOADED = frozenset((None, 408, 429, 502, 503, 504))
# A 429 says what it means. The others also come without any load, one at a time: three in about ten answers count.
STRAIN_KEPT, STRAIN_BORNE = 0.9, 2.0
NEVER = float("-inf")


class HillClimb:
    """Climbs to the throughput's summit: `limit` is between 1 and `most`.

    Each level is measured by its answers a second; the best one is compared with its neighbors, whose measurements are
    remembered. The idea is that of the .NET thread pool (Hellerstein, Morrison, Eilebrecht: "Applying Control Theory in
    the Real World: Experience With Building a Controller for the .NET Thread Pool", 2009), without its waves; an
    overload is yielded to at once (Chiu and Jain, Computer Networks 17, 1989: multiplicative decrease).
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self.limit = self._kept = min(FIRST, most)
        self._rates: dict[int, float] = {}
        self._rest, self._strain = REST, 0.0
        self._changed = self._since = NEVER
        self._skipped = self._needed = self._count = 0
        self._measure(self.limit, self._changed)

    def observe(self, started: float, now: float, status: int | None) -> None:
        """An answer (None: there was none) to a request of that start, in seconds of one monotonic clock."""
        overload = status in OVERLOADED
        self._strain = STRAIN_KEPT * self._strain + overload
        if overload and (status == 429 or self._strain > STRAIN_BORNE):
            # What was sent before the last change says nothing against the limit since.
            if started >= self._changed:
                self._yield(now)
        elif status in (200, 201):
            if self._since == NEVER:
                self._since = started
            self._count += 1
            if self._count == self._skipped:
                self._since = now
            elif self._count == self._skipped + self._needed:
                # A clock may say that no time has passed.
                self._judge(self._needed / max(now - self._since, 1e-9))
                self._measure(self._choose(), now)

    def _yield(self, now: float) -> None:
        if self.limit > self._kept:
            self._rates[self.limit] = 0.0
        else:
            self._kept = max(1, int(self.limit * YIELD))
            self._rates.clear()
        self._rest = REST
        self._changed = now
        self._measure(self._kept, now)

    def _judge(self, rate: float) -> None:
        level, kept = self.limit, self._kept
        known = self._rates.get(level, 0.0)
        if level == kept and rate < DROP * known:
            self._rates.clear()
            known = 0.0
        self._rates[level] = rate if not known else MEMORY * known + (1 - MEMORY) * rate
        for other, other_rate in self._rates.items():
            if other_rate > self._rates[kept] * (1 + LEAST_GAIN * (other / kept - 1)):
                self._rates = {kept: self._rates[kept], other: other_rate}
                self._kept = other
                return

    def _choose(self) -> int:
        if self._kept not in self._rates:
            return self._kept
        levels = [min(self._most, max(1, round(self._kept * step))) for step in STEPS]
        for level in levels[:2] if self._kept == self._most else levels:
            if level not in self._rates:
                return level
        self._rest = (self._rest or REST) - 1
        return self._kept if self._rest else levels[2]

    def _measure(self, level: int, now: float) -> None:
        if level >= 2 * self._kept or not self._rates:
            # Slow start: twice as much shows at once.
            self._skipped, self._needed = 0, level
        else:
            # After a change the answers of one round still belong to the level before.
            self._skipped = 1 if level == self.limit else level
            self._needed = level * max(ROUNDS, -(-LEAST_ANSWERS // level))
        self._changed = now if level != self.limit else self._changed
        self.limit, self._since, self._count = level, now, 0
