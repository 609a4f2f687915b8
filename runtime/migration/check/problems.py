"""What keeps a migration from being sent, each with its line and the remedy."""

from __future__ import annotations


class Flaw:
    """Something wrong at a byte offset of a file."""

    __slots__ = ("offset", "remedy", "what")

    def __init__(self, offset: int, what: str, remedy: str) -> None:
        self.offset = offset
        self.what = what
        self.remedy = remedy


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
