"""What keeps a migration from being sent, each with its line and the remedy."""

from __future__ import annotations

from bisect import bisect_right
from itertools import accumulate


class Problem:
    """Prints as `FILE:LINE: what, remedy`."""

    __slots__ = ("filename", "line", "remedy", "what")

    def __init__(self, filename: str, line: int, what: str, remedy: str) -> None:
        self.filename = filename
        self.line = line
        self.what = what
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.filename}:{self.line}: {self.what}, {self.remedy}"


class Problems:
    """Collects the problems of one file and knows its lines (ended by LF, CRLF or CR, as PostgreSQL reads them)."""

    __slots__ = ("_filename", "_found", "_line_ends")

    def __init__(self, filename: str, content: bytes) -> None:
        self._filename = filename
        self._found: list[Problem] = []
        self._line_ends = list(accumulate(map(len, content.splitlines(keepends=True))))

    def add(self, offset: int, what: str, remedy: str) -> None:
        """Notes a problem at the offset."""
        self._found.append(Problem(self._filename, self.line(offset), what, remedy))

    def line(self, offset: int) -> int:
        """The number of the line that holds the byte at the offset, from 1."""
        return bisect_right(self._line_ends, offset) + 1

    def in_order(self) -> tuple[Problem, ...]:
        """All of them, from the first line to the last."""
        return tuple(sorted(self._found, key=lambda problem: problem.line))
