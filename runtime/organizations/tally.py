"""What became of the organizations so far; safe to use from several threads."""

from __future__ import annotations

from _thread import allocate_lock

NAMED_FAILURES = 20
# All of them fit into one text of the log, however long the service's messages are.
NAMED_CHARACTERS = 3500


class Tally:
    """Counts, and the first failures by name."""

    def __init__(self) -> None:
        self._lock = allocate_lock()
        self.counts = {"synced": 0, "skipped": 0, "failed": 0, "tables_created": 0, "columns_added": 0}
        self.failures: list[str] = []

    def add(self, **counts: int) -> None:
        """One organization more: synced, skipped (it went away meanwhile) or failed, and what its sync added."""
        with self._lock:
            for name, number in counts.items():
                self.counts[name] += number

    def add_failed(self, text: str) -> None:
        """An organization that needs another run: its name, and why."""
        self.add(failed=1)
        if len(self.failures) < NAMED_FAILURES:
            self.failures.append(text)

    def named(self) -> str:
        """The first failures, each with as much of its reason as leaves room for the others, and how many more."""
        failures = self.failures[:NAMED_FAILURES]
        room = NAMED_CHARACTERS // max(len(failures), 1)
        texts = [text if len(text) <= room else text[:room] + "..." for text in failures]
        more = self.counts["failed"] - len(failures)
        return "; ".join(texts + ([f"and {more} more"] if more else []))

    @property
    def finished(self) -> int:
        """Organizations that nothing more happens to in this run."""
        return self.counts["synced"] + self.counts["skipped"] + self.counts["failed"]
