"""Where a migration failed: what the summary line carries, and the operators' commands show."""

from __future__ import annotations

import re
from collections.abc import Sequence

from runtime.migration.check.places import Lines
from runtime.migration.check.statements import Statement
from runtime.migration.files import MigrationFile
from runtime.migration.suspects import find_inner, find_suspects
from runtime.services.sql_error import SqlError

EXCERPT_CHARACTERS = 120
# Names of files in the summary; its counts tell how many there are.
MOST_NAMES = 10


class Failure:
    """`line` and `column` count from 1, 0 if they are not known for sure.

    `source` is the line's text and `caret` what stands below it; `statements` are those that may have failed, each
    with its line. `applied` are the files that stay applied, `left` those that were not tried.
    """

    def __init__(self, file: str, message: str) -> None:
        self.file = file
        self.message = message
        self.sqlstate = self.detail = self.hint = self.context = self.source = self.caret = ""
        self.line = self.column = 0
        self.statements: list[str] = []
        self.applied: list[str] = []
        self.left: list[str] = []

    @property
    def place(self) -> str:
        """FILE:LINE:COLUMN as far as they are known."""
        return ":".join([self.file, *(str(number) for number in (self.line, self.column) if number)])

    @property
    def subject(self) -> str:
        """What failed, in one line: the place, or the file and its likeliest statements."""
        if self.line or not self.statements:
            return self.place
        return f"{self.place}, probably {' or '.join(self.statements)},"

    def as_fields(self) -> dict[str, object]:
        """For the summary line."""
        return {name: value for name, value in vars(self).items() if value}


def locate(file: MigrationFile, statements: Sequence[Statement], start: int, error: SqlError) -> Failure:
    """`start`: where the file's text begins in the query that failed."""
    content, lines = file.content, Lines(file.content)
    failure = Failure(file.name, error.message)
    failure.sqlstate = error.sqlstate
    for name in ("detail", "hint", "context"):
        setattr(failure, name, error.sections.get(name.upper(), ""))
    if error.position is not None and error.position >= start:
        text = content.decode()
        # Beyond its end: the server missed what the file's last statement lacks.
        passed = text[: error.position - start] if error.position - start < len(text) else text.rstrip()
        offset = len(passed.encode())
        failure.line, failure.column = lines.number(offset), lines.column(offset)
        failure.source, failure.caret = point_at(lines.text(failure.line), failure.column)
        return failure
    for suspect in find_suspects(content, statements, error):
        begin = lines.number(suspect.start)
        text = " ".join(content[suspect.start : suspect.end].decode(errors="replace").split())
        failure.statements.append(f"line {begin}: {_shorten(text)}")
    if len(failure.statements) == 1:
        inner = find_inner(content, suspect, failure.context)
        line = begin if inner is None else lines.number(inner)
        source = lines.text(line)[:EXCERPT_CHARACTERS]
        if len(statements) == 1:
            failure.line, failure.source = line, source
        elif line != begin:
            failure.statements = [f"line {line}: {source.strip()} (in the DO block of line {begin})"]
    return failure


def point_at(line: str, column: int) -> tuple[str, str]:
    """The line and the caret below it, as psql shows them: a part of a long line, and tabs as blanks."""
    from unicodedata import combining, east_asian_width

    first = max(0, column - 1 - EXCERPT_CHARACTERS // 2) if len(line) > EXCERPT_CHARACTERS else 0
    cut = "..." if first else ""
    before = cut + line[first : column - 1]
    width = sum(0 if combining(one) else 2 if east_asian_width(one) in "WF" else 1 for one in before)
    return cut + re.sub(r"\s", " ", _shorten(line[first:])), " " * width + "^"


def _shorten(text: str) -> str:
    return text if len(text) <= EXCERPT_CHARACTERS else text[:EXCERPT_CHARACTERS] + "..."
