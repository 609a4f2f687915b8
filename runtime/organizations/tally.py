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
        self.synced = 0
        self.skipped = 0
        self.failed = 0
        self.tables_created = 0
        self.columns_added = 0
        self.failures: list[str] = []

    def add_synced(self, tables_created: int, columns_added: int) -> None:
        """An organization that is whole now."""
        with self._lock:
            self.synced += 1
            self.tables_created += tables_created
            self.columns_added += columns_added

    def add_skipped(self) -> None:
        """An organization that went away meanwhile."""
        with self._lock:
            self.skipped += 1

    def add_failed(self, text: str) -> None:
        """An organization that needs another run: its name, and why."""
        with self._lock:
            self.failed += 1
            if len(self.failures) < NAMED_FAILURES:
                self.failures.append(text)

    def named(self) -> str:
        """The first failures, each with as much of its reason as leaves room for the others, and how many more."""
        room = NAMED_CHARACTERS // max(len(self.failures), 1)
        texts = [text if len(text) <= room else text[:room] + "..." for text in self.failures]
        more = self.failed - len(self.failures)
        return "; ".join(texts + ([f"and {more} more"] if more else []))

    @property
    def finished(self) -> int:
        """Organizations that nothing more happens to in this run."""
        return self.synced + self.skipped + self.failed

    def counts(self) -> dict[str, int]:
        """For the summary line."""
        names = ("synced", "skipped", "failed", "tables_created", "columns_added")
        return {name: getattr(self, name) for name in names}
