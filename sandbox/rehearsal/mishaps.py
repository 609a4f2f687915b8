"""What goes wrong in a rehearsal: named by day, or drawn from a seed."""

from __future__ import annotations

import random
import re
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What goes wrong."""

    BURST = "burst"
    LOST = "lost"
    SLOW = "slow"
    DOWN = "down"
    TWICE = "twice"
    REFUSED = "refused"
    PAUSED = "paused"


MEANINGS = {
    Kind.BURST: "the first three requests of an attempt get a 503 from a proxy",
    Kind.LOST: "the first request is carried out, and its answer lost",
    Kind.SLOW: "the first answer takes almost five minutes",
    Kind.DOWN: "every request gets a 503",
    Kind.TWICE: "the trigger is delivered twice",
    Kind.REFUSED: "Cloud Run refuses the trigger's start, its retries too",
    Kind.PAUSED: "somebody has paused the trigger",
}
SERVICE_KINDS = (Kind.BURST, Kind.LOST, Kind.SLOW, Kind.DOWN)
NAMED = re.compile(r"(?P<kind>[a-z]+)@(?P<first>\d+)(?:-(?P<last>\d+))?(?:/(?P<job>[a-z-]+))?")
DRAWN = re.compile(r"(?P<seed>\d+):(?P<rate>0?\.\d+|[01](?:\.0+)?)")


@dataclass(frozen=True, slots=True)
class Mishap:
    """One kind from day `first` to day `last` of the period, for one job or (empty) for all."""

    kind: Kind
    first: int
    last: int
    job: str

    def strikes(self, day: int, job: str) -> bool:
        """Whether it is on."""
        return self.first <= day <= self.last and self.job in ("", job)


@dataclass(frozen=True, slots=True)
class Mishaps:
    """All that goes wrong; `text` is how it was asked for, `rate` the chance of each attempt and each delivery."""

    text: str = ""
    named: tuple[Mishap, ...] = ()
    seed: int = 0
    rate: float = 0.0

    @staticmethod
    def parse(text: str, jobs: Collection[str]) -> Mishaps:
        """Reads e.g. `7:0.1` (seed and rate), `down@12`, `lost@3/alerts`, `paused@5-7`, comma-separated.

        Raises ValueError that names the part which is not understood.
        """
        named, seed, rate = [], 0, 0.0
        for part in filter(None, text.replace(" ", "").split(",")):
            if drawn := DRAWN.fullmatch(part):
                seed, rate = int(drawn["seed"]), float(drawn["rate"])
            else:
                named.append(_parse_named(part, jobs))
        return Mishaps(text, tuple(named), seed, rate)

    def of_attempt(self, day: int, job: str, attempt: str) -> list[Kind]:
        """What an attempt meets; `attempt` is its unmistakable name, from which chance is drawn."""
        drawn = self._draw(attempt, SERVICE_KINDS)
        return list(dict.fromkeys([kind for kind in self._named(day, job) if kind in SERVICE_KINDS] + drawn))

    def of_delivery(self, day: int, job: str) -> list[Kind]:
        """What a trigger's delivery meets."""
        named = [kind for kind in self._named(day, job) if kind not in SERVICE_KINDS]
        return list(dict.fromkeys(named + self._draw(f"{day}/{job}", (Kind.TWICE,))))

    def _named(self, day: int, job: str) -> list[Kind]:
        return [mishap.kind for mishap in self.named if mishap.strikes(day, job)]

    def _draw(self, name: str, kinds: tuple[Kind, ...]) -> list[Kind]:
        chance = random.Random(f"{self.seed}/{name}")
        return [chance.choice(kinds)] if chance.random() < self.rate else []


def _parse_named(part: str, jobs: Collection[str]) -> Mishap:
    found = NAMED.fullmatch(part)
    if found is None:
        raise ValueError(f"{part!r} is neither SEED:RATE nor KIND@DAY[-DAY][/JOB]")
    if found["kind"] not in list(Kind):
        raise ValueError(f"{part!r}: there is no {found['kind']!r}, use one of {', '.join(Kind)}")
    if found["job"] and found["job"] not in jobs:
        raise ValueError(f"{part!r}: no trigger starts {found['job']!r}, use one of {', '.join(jobs)}")
    first = int(found["first"])
    last = int(found["last"] or first)
    if not 1 <= first <= last:
        raise ValueError(f"{part!r}: days count from 1, the first one before the last")
    return Mishap(Kind(found["kind"]), first, last, found["job"] or "")
