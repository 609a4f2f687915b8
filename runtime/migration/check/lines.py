"""The lines of a file, ended by LF, CRLF or CR, as PostgreSQL reads them."""

from __future__ import annotations

from bisect import bisect_right
from itertools import accumulate


class Lines:
    """Byte offsets and line numbers, both ways; lines count from 1."""

    __slots__ = ("_content", "_ends")

    def __init__(self, content: bytes) -> None:
        self._content = content
        self._ends = list(accumulate(map(len, content.splitlines(keepends=True))))

    def number(self, offset: int) -> int:
        """The line that holds the byte at the offset; the last one for the end of the content."""
        return max(1, min(bisect_right(self._ends, offset) + 1, len(self._ends)))

    def column(self, offset: int) -> int:
        """How many characters into its line the byte at the offset is, from 1."""
        return len(self._content[self._start(self.number(offset)) : offset].decode(errors="replace")) + 1

    def text(self, number: int) -> str:
        """The line without its end; empty if there is no such line."""
        start = self._start(number)
        end = self._ends[number - 1] if number <= len(self._ends) else start
        return self._content[start:end].rstrip(b"\r\n").decode(errors="replace")

    def _start(self, number: int) -> int:
        return self._ends[min(number - 2, len(self._ends) - 1)] if number > 1 and self._ends else 0
