"""What is to be done: the files of the folder held against the rows of the tracking table. Pure, no I/O."""

from __future__ import annotations

import re
from bisect import bisect
from collections.abc import Mapping, Sequence

from runtime.migration.files import MigrationFile

# Earlier runners recorded all of a SHA-256 or its first 16 digits; anything else is a label that proves nothing.
_CHECKSUM = re.compile(r"[0-9a-f]{16}(?:[0-9a-f]{48})?")


class Plan:
    """Every file is in exactly one of the first four; `gone` names rows without a file.

    `pending` is in the order of application. `renamed` pairs a file with the name under which its content is recorded.
    `late` pairs a pending file with those that were applied although they sort behind it. `widths`: names whose
    numbers differ in width, one of each, if there is more than one.
    """

    def __init__(self) -> None:
        self.applied: list[MigrationFile] = []
        self.pending: list[MigrationFile] = []
        self.drifted: list[MigrationFile] = []
        self.renamed: list[tuple[MigrationFile, str]] = []
        self.gone: list[str] = []
        self.late: list[tuple[MigrationFile, list[str]]] = []
        self.widths: list[str] = []

    @property
    def status(self) -> str:
        """What a report says; pending weighs more than drifted."""
        return "pending" if self.pending else "drifted" if self.drifted else "done"

    def count(self) -> dict[str, int]:
        """The counts of the summary line."""
        return {name: len(getattr(self, name)) for name in ("applied", "pending", "drifted", "renamed", "gone")}


def make_plan(files: Sequence[MigrationFile], rows: Mapping[str, str | None]) -> Plan:
    """Holds files, sorted by name, against rows (name -> checksum). A recorded file is never pending again."""
    plan = Plan()
    # Of several names with a content the first one counts.
    name_by_digits = {_read_digits(checksum): name for name, checksum in sorted(rows.items(), reverse=True)}
    for file in files:
        known = [digits for one in file.checksums for digits in (one, one[:16])]
        recorded = next((name_by_digits[digits] for digits in known if digits in name_by_digits), None)
        if file.name in rows:
            digits = _read_digits(rows[file.name])
            (plan.applied if digits in known or not digits else plan.drifted).append(file)
        elif recorded:
            plan.renamed.append((file, recorded))
        else:
            plan.pending.append(file)
    here = {file.name for file in files} | {recorded for _, recorded in plan.renamed}
    plan.gone = sorted(name for name in rows if name not in here)
    done = sorted({file.name for file in files} - {file.name for file in plan.pending})
    for file in plan.pending:
        behind = done[bisect(done, file.name) :]
        if behind:
            plan.late.append((file, behind))
    widths = {len(file.digits): file.name for file in files}
    plan.widths = [widths[width] for width in sorted(widths)] if len(widths) > 1 else []
    return plan


def _read_digits(recorded: str | None) -> str:
    """All or the first 16 digits of a SHA-256; empty if the row has none."""
    digits = (recorded or "").lower()
    return digits if _CHECKSUM.fullmatch(digits) else ""
