"""A run of a job in the test's own process."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tests.support.records import Records


@dataclass(frozen=True, slots=True)
class JobRun:
    """How it ended."""

    exit_status: int
    log: Records

    @property
    def summary(self) -> dict[str, Any]:
        """The last line."""
        return self.log.lines[-1]

    @property
    def outcome(self) -> tuple[int, str]:
        """Exit status and the summary's status."""
        return self.exit_status, self.summary["status"]

    @property
    def counts(self) -> dict[str, int]:
        """The summary's counts, without those that are zero."""
        return {name: count for name, count in self.summary["counts"].items() if count}
