"""What one migration file holds, and every reason not to send it."""

from __future__ import annotations

from runtime.migration.check.marker import find_marker, require_marker, require_one_statement
from runtime.migration.check.problems import Problem, Problems
from runtime.migration.check.rules import ALONE, CONTROL, ROWS, classify
from runtime.migration.check.scanner import Scanner
from runtime.migration.check.statements import Statement, read_statements

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


class Inspection:
    """A file's statements and its problems, each in the order of its lines; `no_transaction` if it bears the marker."""

    __slots__ = ("filename", "no_transaction", "problems", "statements")

    def __init__(
        self, filename: str, statements: tuple[Statement, ...], problems: tuple[Problem, ...], no_transaction: bool
    ) -> None:
        self.filename = filename
        self.statements = statements
        self.problems = problems
        self.no_transaction = no_transaction


def inspect_migration(filename: str, content: bytes) -> Inspection:
    """Reads a migration as PostgreSQL does, in time linear in its size. What is wrong with it is in `problems`.

    A file of nothing but comments is right: PostgreSQL takes it as an empty query.
    """
    problems = Problems(filename, content)
    scanner = Scanner(content, _check_bytes(content, problems), problems)
    statements: list[Statement] = []
    alone: list[Statement] = []
    for statement in read_statements(scanner, problems):
        statements.append(statement)
        kind = classify(statement, content)
        if kind == CONTROL:
            what = f"{statement.excerpt(content)} breaks up the transaction that records the file"
            problems.add(statement.start, what, "remove it: a file runs in one transaction as it is")
        elif kind == ALONE:
            alone.append(statement)
        elif kind == ROWS:
            problems.add(statement.start, "COPY FROM STDIN has no client to send its rows", "write them as an INSERT")
            scanner.skip_rows()
    no_transaction = find_marker(scanner, statements, problems)
    if no_transaction:
        require_one_statement(scanner, statements, problems)
    else:
        require_marker(alone, content, problems)
    return Inspection(filename, tuple(statements), problems.in_order(), no_transaction)


def _check_bytes(content: bytes, problems: Problems) -> int:
    """Reports what is wrong with the file whatever it says; returns where its text starts."""
    if not content.strip():
        problems.add(0, "the file is empty", "write the migration or remove the file")
    nul = content.find(b"\0")
    if nul >= 0:
        problems.add(nul, "a NUL byte, which no SQL text may hold", "remove it, or save the file as UTF-8")
    try:
        content.decode()
    except UnicodeDecodeError as error:
        problems.add(error.start, f"byte 0x{content[error.start]:02x} is not UTF-8", "save the file as UTF-8")
    if not content.startswith(_BYTE_ORDER_MARK):
        return 0
    problems.add(0, "the file starts with a byte order mark", "save it as UTF-8 without one")
    return len(_BYTE_ORDER_MARK)
