"""Which days are rehearsed."""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from operations.inventory.ticks import next_after
from runtime.config.cron import Cron


@dataclass(frozen=True, slots=True)
class Period:
    """So many days from midnight (UTC) of the first on; day 1 is the first."""

    start: datetime
    days: int

    @staticmethod
    def of_month(text: str, days: int | None = None) -> Period:
        """A month, e.g. 2026-12, whole or so many days from its 1st on. Raises ValueError."""
        try:
            start = datetime.strptime(text, "%Y-%m").replace(tzinfo=UTC)
        except ValueError as error:
            raise ValueError(f"{text!r} is not a month: write it as 2026-12") from error
        if days is not None and days < 1:
            raise ValueError(f"{days} days leave nothing to rehearse")
        return Period(start, days or calendar.monthrange(start.year, start.month)[1])

    @staticmethod
    def name_next_month(today: datetime) -> str:
        """The month that begins next."""
        return f"{(today.replace(day=1) + timedelta(days=32)):%Y-%m}"

    @property
    def end(self) -> datetime:
        """The midnight after the last day."""
        return self.start + timedelta(days=self.days)

    def list_days(self) -> list[datetime]:
        """Every midnight at which a day begins."""
        return [self.start + timedelta(days=index) for index in range(self.days)]

    def number_of(self, moment: datetime) -> int:
        """The day's number, from 1."""
        return (moment - self.start).days + 1

    def ticks_of(self, cron: Cron) -> Iterator[datetime]:
        """Every moment at which the cron ticks."""
        tick = next_after(cron, self.start - timedelta(minutes=1))
        while tick < self.end:
            yield tick
            tick = next_after(cron, tick)
