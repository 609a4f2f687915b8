"""The usage counters: one row for each organization and day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date


@dataclass(slots=True)
class QuotaRow:
    """One organization's counters of one day. `running` is what is counted, `truly_running` what is so."""

    runs_today: int = 0
    runs_month: int = 0
    running: int = 0
    truly_running: int = 0


@dataclass(slots=True)
class QuotaTable:
    """All rows, by organization and day; `doubled` are those that two resets at the same time made twice."""

    rows: dict[tuple[str, date], QuotaRow] = field(default_factory=dict)
    doubled: list[tuple[str, date]] = field(default_factory=list)

    def find_missing(self, organizations: Iterable[str], day: date) -> list[str]:
        """The organizations without a row of the day."""
        return [slug for slug in organizations if (slug, day) not in self.rows]

    def open_day(self, organizations: Iterable[str], day: date) -> None:
        """Adds the day's rows, with the month's count of each organization's last row, of any month."""
        for slug in organizations:
            if (slug, day) in self.rows:
                self.doubled.append((slug, day))
            else:
                earlier = [key for key in self.rows if key[0] == slug and key[1] < day]
                carried = self.rows[max(earlier)].runs_month if earlier else 0
                self.rows[slug, day] = QuotaRow(runs_month=carried)

    def reset_month(self, day: date) -> int:
        """Sets the month's counter of the day's rows to zero; the number of rows. Other rows stay as they are."""
        rows = self._of(day)
        for row in rows:
            row.runs_month = 0
        return len(rows)

    def settle(self, day: date) -> int:
        """Corrects the day's counts of running pipelines that are too high; the number corrected."""
        stale = [row for row in self._of(day) if row.running > row.truly_running]
        for row in stale:
            row.running = row.truly_running
        return len(stale)

    def _of(self, day: date) -> list[QuotaRow]:
        return [row for (_, row_day), row in self.rows.items() if row_day == day]
