"""The statements of a migration: PostgreSQL's own split, also of rules and BEGIN ATOMIC bodies."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from runtime.migration.check.lexer import opening, tokens
from runtime.migration.check.lines import Lines
from runtime.migration.check.problems import Flaw
from runtime.migration.check.scanner import Scanner, Stretch

# No other command's grammar has a semicolon inside.
_MAY_NEST = re.compile(r"CREATE (?:OR REPLACE )?(FUNCTION|PROCEDURE|RULE)\b")


class Statement:
    """From the first byte of its first token to its semicolon, or to where the file ends; `line` counts from 1.

    `words` are those it starts with: in upper case, joined by blanks, four at most.
    """

    __slots__ = ("end", "line", "start", "words")

    def __init__(self, start: int, end: int, line: int, words: str) -> None:
        self.start = start
        self.end = end
        self.line = line
        self.words = words

    def signature(self, content: bytes) -> str:
        """All its tokens joined by blanks: words in upper case, all else by one character."""
        return b" ".join(text for _, text in tokens(content, self.start, self.end)).decode("latin-1")

    def excerpt(self, content: bytes) -> str:
        """Its first words as the file has them, for a message of one line."""
        beginning = content[self.start : min(self.end, self.start + 80)]
        return " ".join(beginning.decode(errors="replace").split()[:4])


class Nesting:
    """Whether a semicolon here is inside a rule's parentheses or a routine's BEGIN ATOMIC body.

    In the grammar a body's statements each end with a semicolon, so an END behind one closes the body; the END of a
    CASE, or of a column called so, never stands there.
    """

    __slots__ = ("_depth", "_in_body", "_previous")

    def __init__(self) -> None:
        self._depth = 0
        self._in_body = False
        self._previous = b""

    def covers_semicolon_after(self, texts: Iterable[bytes]) -> bool:
        """Reads on to the next semicolon and tells whether the statement goes on behind it."""
        for text in texts:
            if text in b"()":
                self._depth += 1 if text == b"(" else -1
            elif self._depth == 0 and text == b"ATOMIC" and self._previous == b"BEGIN":
                self._in_body = True
            elif self._depth == 0 and text == b"END" and self._previous in (b";", b"ATOMIC"):
                self._in_body = False
            self._previous = text
        self._previous = b";"
        return self._in_body or self._depth > 0


class Passage:
    """What the scanner has passed: a statement, or None for an empty one, and what was found on the way."""

    __slots__ = ("flaws", "markers", "statement")

    def __init__(self, statement: Statement | None, stretches: list[Stretch], flaw: Flaw | None) -> None:
        self.statement = statement
        self.flaws = [one.flaw for one in stretches if one.flaw is not None] + ([flaw] if flaw is not None else [])
        self.markers = [marker for one in stretches for marker in one.markers]


def read_statements(scanner: Scanner, lines: Lines) -> Iterator[Passage]:
    """In the order of the file, each statement as soon as the scanner has passed it."""
    while (stretch := scanner.next_stretch()) is not None:
        start, words = opening(scanner.content, stretch.start, stretch.end)
        if start == stretch.end:
            yield Passage(None, [stretch], None)
            continue
        stretches, flaw = [stretch], None
        nesting = _MAY_NEST.match(words)
        # Most routines have their body in a dollar quote and need no second look.
        if nesting and (nesting[1] == "RULE" or b"ATOMIC" in scanner.content[start : stretch.end].upper()):
            flaw = _read_nested(scanner, start, stretches)
        statement = Statement(start, stretches[-1].end, lines.number(start), words)
        yield Passage(statement, stretches, flaw)


def _read_nested(scanner: Scanner, start: int, stretches: list[Stretch]) -> Flaw | None:
    """Adds the stretches over which a rule or a routine's body goes on."""
    nesting = Nesting()
    position = start
    while nesting.covers_semicolon_after(text for _, text in tokens(scanner.content, position, stretches[-1].end)):
        stretch = scanner.next_stretch()
        if stretch is None:
            return Flaw(start, "a parenthesis or BEGIN ATOMIC of this statement is never closed", "close it")
        stretches.append(stretch)
        position = stretch.start
    return None
