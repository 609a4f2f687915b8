"""Five-field cron expressions in UTC: when a trigger should have fired last."""

from __future__ import annotations

from datetime import datetime, timedelta

RANGES = (("minute", 0, 59), ("hour", 0, 23), ("day of month", 1, 31), ("month", 1, 12), ("day of week", 0, 7))
LONGEST_DAY = {2: 29, 4: 30, 6: 30, 9: 30, 11: 30}


class Cron:
    """A parsed expression. As in crontab(5), days match either field when both are restricted."""

    def __init__(self, text: str) -> None:
        """Raises ValueError that names the field: numbers, lists, ranges, steps and `*` only; and for 30 February."""
        fields = text.split()
        if len(fields) != len(RANGES):
            raise ValueError(f"cron {text!r} has {len(fields)} fields, not 5")
        self.text = text
        sets = [_parse_field(field, *limits) for field, limits in zip(fields, RANGES, strict=True)]
        self.minutes, self.hours, self.days, self.months, weekdays = sets
        self.weekdays = frozenset(day % 7 for day in weekdays)
        self.either_day = fields[2] != "*" and fields[4] != "*"
        if not self.either_day and min(self.days) > max(LONGEST_DAY.get(month, 31) for month in self.months):
            raise ValueError(f"cron {text!r} never fires")

    def last_before(self, moment: datetime) -> datetime:
        """The last tick at or before the moment (aware, UTC)."""
        day = moment
        while True:
            if self.matches_day(day):
                for hour in sorted(self.hours, reverse=True):
                    for minute in sorted(self.minutes, reverse=True):
                        tick = day.replace(hour=hour, minute=minute, second=0, microsecond=0)
                        if tick <= moment:
                            return tick
            day -= timedelta(days=1)

    def matches_day(self, day: datetime) -> bool:
        """Does it fire on that day?"""
        if day.month not in self.months:
            return False
        by_date, by_weekday = day.day in self.days, day.isoweekday() % 7 in self.weekdays
        return (by_date or by_weekday) if self.either_day else (by_date and by_weekday)


def _parse_field(field: str, name: str, low: int, high: int) -> frozenset[int]:
    values: set[int] = set()
    for part in field.split(","):
        span, slash, step = part.partition("/")
        first, dash, last = (str(low), "-", str(high)) if span == "*" else span.partition("-")
        bounds = (first, last if dash else (str(high) if slash else first), step if slash else "1")
        if not all(bound.isascii() and bound.isdigit() for bound in bounds):
            raise ValueError(f"cron {name} {field!r} is not a number, list, range or step")
        start, end, stride = map(int, bounds)
        if not (low <= start <= end <= high and stride > 0):
            raise ValueError(f"cron {name} {field!r} is outside {low} to {high}")
        values.update(range(start, end + 1, stride))
    return frozenset(values)
