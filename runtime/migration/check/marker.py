"""The marker of a file whose only statement cannot run in a transaction: the line `-- migrate: no-transaction`."""

from __future__ import annotations

from collections.abc import Sequence

from runtime.migration.check.lexer import end_of_line
from runtime.migration.check.problems import Flaw
from runtime.migration.check.scanner import Scanner
from runtime.migration.check.statements import Statement

MARKER = "-- migrate: no-transaction"


def check_markers(
    scanner: Scanner, candidates: Sequence[int], statements: Sequence[Statement]
) -> tuple[bool, list[Flaw]]:
    """Whether the marker is there: spelled so, from the first column of its own line, before the first statement.

    A comment that only resembles it, or stands elsewhere, is a flaw, since its writer counts on it. So is a marked
    file of more than one statement, which would share a transaction after all, or of none.
    """
    limit = statements[0].start if statements else len(scanner.content)
    remedy = f"write exactly {MARKER!r} on its own line before the first statement"
    good = {offset for offset in candidates if offset < limit and _is_exact(scanner, offset)}
    flaws = [
        Flaw(offset, "this comment resembles the marker but differs from it", remedy)
        for offset in candidates
        if offset not in good
    ]
    if good and len(statements) > 1:
        what = f"a file marked no-transaction holds one statement, this one {len(statements)}"
        flaws.append(Flaw(statements[1].start, what, "give each its own file"))
    elif good and not statements:
        flaws.append(Flaw(candidates[0], "there is no statement for this marker", "remove it"))
    return bool(good), flaws


def _is_exact(scanner: Scanner, offset: int) -> bool:
    content = scanner.content
    starts_line = offset == scanner.start or content[offset - 1] in b"\r\n"
    return starts_line and content[offset : end_of_line(content, offset)].rstrip(b" \t") == MARKER.encode()
