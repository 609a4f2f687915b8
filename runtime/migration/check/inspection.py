"""What one migration file holds, and every reason not to send it."""

from __future__ import annotations

from runtime.migration.check.lines import Lines
from runtime.migration.check.marker import check_markers
from runtime.migration.check.problems import Flaw, Problem
from runtime.migration.check.rules import ALONE, ROWS, classify, refuse
from runtime.migration.check.scanner import Scanner
from runtime.migration.check.statements import Statement, read_statements

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


class Inspection:
    """A file's statements and its problems, each in the order of its lines; `no_transaction` if it has the marker."""

    __slots__ = ("no_transaction", "problems", "statements")

    def __init__(self, statements: tuple[Statement, ...], problems: tuple[Problem, ...], no_transaction: bool) -> None:
        self.statements = statements
        self.problems = problems
        self.no_transaction = no_transaction


def inspect_migration(filename: str, content: bytes) -> Inspection:
    """Reads a migration as PostgreSQL does, in time linear in its size. What is wrong with it is in `problems`.

    A file of nothing but comments is right: PostgreSQL takes it as an empty query.
    """
    lines = Lines(content)
    start, flaws = _check_bytes(content)
    scanner = Scanner(content, start)
    statements: list[Statement] = []
    markers: list[int] = []
    alone: list[Flaw] = []
    for statement, stretch in read_statements(scanner, lines):
        flaws += stretch.flaws
        markers += stretch.markers
        if statement is None:
            continue
        statements.append(statement)
        kind = classify(statement, content)
        if kind:
            (alone if kind == ALONE else flaws).append(refuse(statement, content))
        if kind == ROWS:
            scanner.skip_rows()
    no_transaction, misplaced = check_markers(scanner, markers, statements)
    flaws += misplaced + ([] if no_transaction else alone)
    # Those of a line stay as they were found.
    flaws.sort(key=lambda flaw: lines.number(flaw.offset))
    problems = [Problem(filename, lines.number(flaw.offset), flaw.what, flaw.remedy) for flaw in flaws]
    return Inspection(tuple(statements), tuple(problems), no_transaction)


def _check_bytes(content: bytes) -> tuple[int, list[Flaw]]:
    """Where the file's text starts, and what is wrong with it before its statements are read."""
    flaws = []
    if not content.strip():
        flaws.append(Flaw(0, "the file is empty", "write the migration or remove the file"))
    nul = content.find(b"\0")
    if nul >= 0:
        flaws.append(Flaw(nul, "a NUL byte, which no SQL text may hold", "remove it, or save the file as UTF-8"))
    try:
        content.decode()
    except UnicodeDecodeError as error:
        what = f"byte 0x{content[error.start]:02x} is not UTF-8"
        flaws.append(Flaw(error.start, what, "save the file as UTF-8"))
    start = len(_BYTE_ORDER_MARK) if content.startswith(_BYTE_ORDER_MARK) else 0
    if start:
        flaws.append(Flaw(0, "the file starts with a byte order mark", "save it as UTF-8 without one"))
    return start, flaws
