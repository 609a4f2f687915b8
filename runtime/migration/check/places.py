"""Lines and columns of a migration, and what is wrong at a place of it."""

from __future__ import annotations

from bisect import bisect_right
from itertools import accumulate


class Lines:
    """The lines of a file, ended by LF, CRLF or CR, as PostgreSQL reads them; lines and columns count from 1."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        self._starts = [0, *accumulate(map(len, content.splitlines(keepends=True)))]

    def number(self, offset: int) -> int:
        """The line that holds the byte at the offset; the last one for the end of the content."""
        return min(bisect_right(self._starts, offset), max(1, len(self._starts) - 1))

    def column(self, offset: int) -> int:
        """How many characters into its line the byte at the offset is."""
        return len(self._content[self._starts[self.number(offset) - 1] : offset].decode(errors="replace")) + 1

    def text(self, number: int) -> str:
        """The line without its end."""
        line = self._content[self._starts[number - 1] : self._starts[number]]
        return line.rstrip(b"\r\n").decode(errors="replace")


class Problem:
    """What keeps a migration from being sent; prints as `FILE:LINE: what, remedy`."""

    def __init__(self, filename: str, line: int, what: str, remedy: str) -> None:
        self.filename = filename
        self.line = line
        self.what = what
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.filename}:{self.line}: {self.what}, {self.remedy}"
