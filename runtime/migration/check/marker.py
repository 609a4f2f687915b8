"""The marker of a file whose only statement cannot run in a transaction: the line `-- migrate: no-transaction`."""

from __future__ import annotations

from runtime.migration.check.lexer import end_of_line

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from runtime.migration.check.problems import Problems
    from runtime.migration.check.scanner import Scanner
    from runtime.migration.check.statements import Statement

MARKER = "-- migrate: no-transaction"


def find_marker(scanner: Scanner, statements: Sequence[Statement], problems: Problems) -> bool:
    """Whether the marker is there: spelled so, from the first column of a line of its own, before the first statement.

    A comment that only resembles it, or stands elsewhere, is a problem, since its writer counts on it.
    """
    limit = statements[0].start if statements else len(scanner.content)
    found = False
    for offset in scanner.marker_like:
        if offset < limit and _is_exact(scanner, offset):
            found = True
        else:
            remedy = f"write exactly {MARKER!r} on a line of its own before the first statement"
            problems.add(offset, "this comment resembles the marker but is none", remedy)
    return found


def require_one_statement(scanner: Scanner, statements: Sequence[Statement], problems: Problems) -> None:
    """For a marked file: more statements would share a transaction after all, and fewer leave nothing to mark."""
    if len(statements) > 1:
        what = f"a file marked no-transaction holds one statement, this one {len(statements)}"
        problems.add(statements[1].start, what, "give each a file of its own")
    elif not statements:
        problems.add(scanner.marker_like[0], "there is no statement for this marker", "remove it")


def require_marker(alone: Sequence[Statement], content: bytes, problems: Problems) -> None:
    """For a file without the marker: none of its statements may be of those that run alone."""
    for statement in alone:
        remedy = f"move it into a file of its own that starts with the line {MARKER!r}"
        problems.add(statement.start, f"{statement.excerpt(content)} cannot run in a transaction", remedy)


def _is_exact(scanner: Scanner, offset: int) -> bool:
    content = scanner.content
    starts_line = offset == scanner.start or content[offset - 1] in b"\r\n"
    return starts_line and content[offset : end_of_line(content, offset)].rstrip(b" \t") == MARKER.encode()
