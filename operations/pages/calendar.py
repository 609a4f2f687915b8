"""A calendar of runs: a row for each job, a cell for each day, in it a mark for each run."""

from __future__ import annotations

from dataclasses import dataclass

# Class of the style -> sign and meaning: nothing is told by color alone.
LEGEND = {
    "done": ("✓", "done"),
    "retried": ("↻", "done after a retry"),
    "skipped": ("–", "skipped"),
    "failed": ("✗", "failed"),
    "missed": ("○", "not started"),
    "cancelled": ("⊘", "cancelled"),
    "running": ("…", "running"),
}


@dataclass(frozen=True, slots=True)
class Mark:
    """`kind` is a key of LEGEND, `text` says it all, `href` leads to the log; "" if there is none."""

    kind: str
    text: str
    href: str
    slow: bool = False

    @property
    def sign(self) -> str:
        """What is seen."""
        return LEGEND[self.kind][0]
