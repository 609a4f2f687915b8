"""The statements of a migration: PostgreSQL's own split, also of rules and BEGIN ATOMIC bodies."""

from __future__ import annotations

from itertools import islice

from runtime.migration.lexer import tokens

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from runtime.migration.scanner import Scanner

_WITH_SEMICOLONS_INSIDE = {"FUNCTION", "PROCEDURE", "RULE"}


class Statement:
    """From the first byte of its first token to its semicolon, or to where the file ends.

    `head` holds its first four tokens: words in upper case, all else by its first character.
    """

    __slots__ = ("end", "head", "start")

    def __init__(self, start: int, end: int, head: tuple[str, ...]) -> None:
        self.start = start
        self.end = end
        self.head = head


class Nesting:
    """Whether a semicolon here is inside a rule's parentheses or a routine's BEGIN ATOMIC body.

    In the grammar a body's statements each end with a semicolon, so an END behind one closes the body; the END of a
    CASE, or of a column called so, never stands there.
    """

    __slots__ = ("_depth", "_in_body", "_previous")

    def __init__(self) -> None:
        self._depth = 0
        self._in_body = False
        self._previous = ""

    def covers_semicolon_after(self, texts: Iterable[str]) -> bool:
        """Reads on to a semicolon and tells whether the statement goes on behind it."""
        for text in texts:
            if text in "()":
                self._depth += 1 if text == "(" else -1
            elif self._depth == 0 and text == "ATOMIC" and self._previous == "BEGIN":
                self._in_body = True
            elif self._depth == 0 and text == "END" and self._previous in (";", "ATOMIC"):
                self._in_body = False
            self._previous = text
        self._previous = ";"
        return self._in_body or self._depth > 0


def read_statements(scanner: Scanner) -> Iterator[Statement]:
    ...
