"""org-sync-all with a number in flight that never moves: what hill climbing is measured against."""

import sys
from pathlib import Path

sys.path.append(str(Path(sys.argv[1]).parent))

import runtime.organizations.hill_climb as original
from runtime.run import main


class FixedLimit(original.HillClimb):
    """As many as ORG_SYNC_CONCURRENCY says."""

    __slots__ = ()

    def __init__(self, most: int) -> None:
        super().__init__(most)
        self.limit = most

    def observe(self, started: float, now: float, status: int | None) -> None:
        """Learns nothing."""


original.HillClimb = FixedLimit  # type: ignore[misc]
main(["org-sync-all"])
