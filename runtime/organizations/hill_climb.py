"""How many requests are in flight: hill climbing on throughput. Pure, no I/O."""

from __future__ import annotations

FIRST = 8
ROUNDS = 2
LEAST = 12
STEPS = (2.0, 0.5, 1.4, 0.7)
SHARE = 0.3
MEMORY = 0.6
REST = 6
DROP = 0.65
YIELD = 0.7


class HillClimb:
    __slots__ = ("_changed", "_count", "_kept", "_most", "_need", "_rates", "_rest", "_since", "_skip", "_up", "limit")

    def __init__(self, most: int) -> None:
        self._most = most
        self.limit = self._kept = min(FIRST, most)
        self._rates: dict[int, float] = {}
        self._rest = 0
        self._up = True
        self._changed = float("-inf")
        self._measure(self.limit, self._changed)

    def observe(self, started: float, now: float, status: int | None) -> None:
        if status == 429:
            if started >= self._changed:
                self._yield(now)
        elif status in (200, 201):
            self._count += 1
            if self._count == self._skip:
                self._since = now
            elif self._count == self._skip + self._need:
                self._judge(self._need / max(now - self._since, 1e-9))
                self._measure(self._choose(), now)

    def _yield(self, now):
        if self.limit > self._kept:
            self._rates[self.limit] = 0.0
        else:
            self._kept = max(1, int(self._kept * YIELD))
            self._rates = {}
            self._rest = REST
        self._measure(self._kept, now)

    def _judge(self, rate: float) -> None:
        level, kept = self.limit, self._kept
        known = self._rates.get(level, 0.0)
        if level == kept and known and rate < DROP * known:
            self._rates = {kept: rate}
            return
        rate = self._rates[level] = MEMORY * known + (1 - MEMORY) * rate if known else rate
        if level != kept and kept in self._rates and rate > self._rates[kept] * (1 + SHARE * (level / kept - 1)):
            self._rates = {kept: self._rates[kept], level: rate}
            self._kept = level

    def _choose(self) -> int:
        kept = self._kept
        if kept not in self._rates:
            return kept
        levels = [min(self._most, max(1, round(kept * step))) for step in STEPS]
        for level in levels:
            if level not in self._rates:
                return level
        self._rest -= 1
        if self._rest > 0:
            return kept
        self._rest = REST
        self._up = not self._up
        return levels[2 if self._up else 3]

    def _measure(self, level: int, now: float) -> None:
        self._skip = 1 if level == self.limit else level
        self._need = level * max(ROUNDS, -(-LEAST // level))
        if level != self.limit:
            self._changed = now
        self.limit = level
        self._since = now
        self._count = 0
