"""When a trigger fires next; the jobs themselves only look back."""

from __future__ import annotations

from datetime import datetime, timedelta

from runtime.config.cron import Cron


def next_after(cron: Cron, moment: datetime) -> datetime:
    """The first tick strictly after the moment (aware, UTC)."""
    start = moment.replace(second=0, microsecond=0) + timedelta(minutes=1)
    day = start
    while True:
        if cron.matches_day(day):
            for hour in sorted(cron.hours):
                for minute in sorted(cron.minutes):
                    tick = day.replace(hour=hour, minute=minute)
                    if tick >= start:
                        return tick
        day += timedelta(days=1)
