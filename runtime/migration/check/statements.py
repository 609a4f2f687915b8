"""The statements of a migration: PostgreSQL's own split, also of rules and BEGIN ATOMIC bodies."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

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


def read_statements(scanner: Scanner, lines: Lines) -> Iterator[tuple[Statement | None, Stretch]]:
    """In the order of the file, as soon as the scanner has passed it: each statement, None for an empty one."""
    while (stretch := scanner.next_stretch()) is not None:
        start, words = opening(scanner.content, stretch.start, stretch.end)
        if start == stretch.end:
            yield None, stretch
            continue
        nesting = _MAY_NEST.match(words)
        # Most routines have their body in a dollar quote and need no second look.
        if nesting and (nesting[1] == "RULE" or b"ATOMIC" in scanner.content[start : stretch.end].upper()):
            _read_nested(scanner, start, stretch)
        yield Statement(start, stretch.end, lines.number(start), words), stretch


def _read_nested(scanner: Scanner, start: int, stretch: Stretch) -> None:
    """Extends the stretch over the semicolons inside a rule's parentheses or a routine's BEGIN ATOMIC body.

    A body belongs to a CREATE FUNCTION or PROCEDURE, which may stand in another's. In the grammar each of a body's
    statements ends with a semicolon, so an END that begins one closes the body; that of a CASE, or of a column called
    so, never does.
    """
    depth, bodies, position = 0, 0, start
    while True:
        passed: list[bytes] = []  # of the innermost statement
        for _, text in tokens(scanner.content, position, stretch.end):
            if text in b"()":
                depth += 1 if text == b"(" else -1
            elif depth == 0 and bodies and text == b"END" and not passed:
                bodies -= 1
            elif depth == 0 and text == b"ATOMIC" and passed[-1:] == [b"BEGIN"] and _is_routine(passed):
                bodies += 1
                passed = []
                continue
            passed.append(text)
        if not bodies and depth <= 0:
            return
        following = scanner.next_stretch()
        if following is None:
            flaw = Flaw(start, "a parenthesis or BEGIN ATOMIC of this statement is never closed", "close it")
            stretch.flaws.append(flaw)
            return
        stretch.extend(following)
        position = following.start


def _is_routine(words: Sequence[bytes]) -> bool:
    nesting = _MAY_NEST.match(b" ".join(words[:4]).decode("latin-1"))
    return nesting is not None and nesting[1] != "RULE"
