"""What is to be done: the files of the folder held against the rows of the tracking table. Pure, no I/O."""

from __future__ import annotations

import re
from bisect import bisect
from collections.abc import Mapping, Sequence

from runtime.migration.files import MigrationFile

MOST_NAMES = 5
STATES = ("applied", "pending", "drifted", "renamed", "gone")
# Earlier runners recorded all of a SHA-256 or its first 16 digits; anything else is a label that proves nothing.
_CHECKSUM = re.compile(r"[0-9a-f]{16}(?:[0-9a-f]{48})?")


class Plan:
    """`states`: what each file is, and each row without a file (gone). A recorded file is never pending again.

    `pending` is in the order of application. `renamed` pairs a file with the name under which its content is recorded.
    `late`: the pending files before which others were applied that sort behind them, and these. `widths`: if files are
    pending, names whose numbers differ in width, one of each.
    """

    def __init__(self, files: Sequence[MigrationFile], rows: Mapping[str, str | None]) -> None:
        """Of files sorted by name, and rows (name -> checksum)."""
        self.states: dict[str, str] = {}
        self.pending: list[MigrationFile] = []
        self.renamed: list[tuple[MigrationFile, str]] = []
        # Of several names with a content the first one counts.
        name_by_digits = {_read_digits(checksum): name for name, checksum in sorted(rows.items(), reverse=True)}
        for file in files:
            known = [digits for one in file.checksums for digits in (one, one[:16])]
            recorded = next((name_by_digits[digits] for digits in known if digits in name_by_digits), None)
            if file.name in rows:
                digits = _read_digits(rows[file.name])
                self.states[file.name] = "applied" if digits in known or not digits else "drifted"
            elif recorded:
                self.states[file.name] = "renamed"
                self.renamed.append((file, recorded))
            else:
                self.states[file.name] = "pending"
                self.pending.append(file)
        done = [name for name, state in self.states.items() if state != "pending"]
        behind = {file.name: done[bisect(done, file.name) :] for file in self.pending}
        self.late = {name: others for name, others in behind.items() if others}
        widths = {len(file.digits): file.name for file in files}
        self.widths = [widths[width] for width in sorted(widths)] if self.pending and len(widths) > 1 else []
        gone = rows.keys() - self.states.keys() - {recorded for _, recorded in self.renamed}
        self.states |= dict.fromkeys(sorted(gone), "gone")

    @property
    def status(self) -> str:
        """What a report says; pending weighs more than drifted."""
        return "pending" if self.pending else "drifted" if self.find("drifted") else "done"

    def find(self, state: str) -> list[str]:
        """Of the files, or rows, that are so."""
        return [name for name, its in self.states.items() if its == state]

    def count(self) -> dict[str, int]:
        """The counts of the summary line."""
        return {state: len(self.find(state)) for state in STATES}

    def find_oddities(self, reach: Sequence[str]) -> dict[str, str]:
        """What somebody should look at, each kind in a sentence, by the name of its event in the log."""
        renamed = [f"{file.name} (was {recorded})" for file, recorded in self.renamed]
        late = [f"{name} (after {join(others)})" for name, others in self.late.items()]
        groups = (
            ("drifted", "were edited after they were applied (write changes as new files)", self.find("drifted")),
            ("renamed", "were renamed after they were applied", renamed),
            ("late", "come after files that sort behind them", late),
        )
        found = {event: f"{len(names)} file(s) {what}: {join(names)}" for event, what, names in groups if names}
        if self.widths:
            found["widths"] = f"numbers of different width are sorted as text, 10_ before 9_: {join(self.widths)}"
        if reach:
            found["reachable"] = f"the tracking table can be reached through {join(reach)}"
        return found


def join(names: Sequence[str]) -> str:
    """The first few names."""
    return ", ".join(names[:MOST_NAMES]) + (", ..." if len(names) > MOST_NAMES else "")


def _read_digits(recorded: str | None) -> str:
    """All or the first 16 digits of a SHA-256; empty if the row has none."""
    digits = (recorded or "").lower()
    return digits if _CHECKSUM.fullmatch(digits) else ""
