"""Rate limits over sliding windows of a minute."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

WINDOW_SECONDS = 60.0


@dataclass(slots=True)
class SlidingWindow:
    """Admits `limit` calls within any minute; a refused call does not count."""

    limit: int
    admitted: deque[float] = field(default_factory=deque)

    def admit(self, now: float) -> bool:
        """Whether a call at `now` (epoch seconds) is within the limit."""
        while self.admitted and self.admitted[0] <= now - WINDOW_SECONDS:
            self.admitted.popleft()
        if len(self.admitted) >= self.limit:
            return False
        self.admitted.append(now)
        return True
