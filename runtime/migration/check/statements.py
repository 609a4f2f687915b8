"""The statements of a migration: PostgreSQL's own split, also of rules and BEGIN ATOMIC bodies, in one pass."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from runtime.migration.check import lexer

# No other commands' grammar has a semicolon inside.
_ROUTINE = re.compile(r"CREATE (?:OR REPLACE )?(?:FUNCTION|PROCEDURE)\b")
_RULE = re.compile(r"CREATE (?:OR REPLACE )?RULE\b")
_CLOSING = {
    b"'": ("string", "'"),
    b'"': ("quoted identifier", '"'),
    b"/": ("block comment", "*/ (one for each /*)"),
    b"$": ("dollar quote", "its opening tag"),
}


class Statement:
    """From the first byte of its first token to its semicolon, or to where the file ends.

    `words` are those it starts with: in upper case, joined by blanks, four at most.
    """

    def __init__(self, start: int, end: int, words: str) -> None:
        self.start = start
        self.end = end
        self.words = words

    def signature(self, content: bytes) -> str:
        """All its tokens joined by blanks: words in upper case, all else by one character."""
        return b" ".join(text for _, text in lexer.tokens(content, self.start, self.end)).decode("latin-1")

    def excerpt(self, content: bytes) -> str:
        """Its first words as the file has them, for a message of one line."""
        beginning = content[self.start : min(self.end, self.start + 80)]
        return " ".join(beginning.decode(errors="replace").split()[:4])


class Reader:
    """Hands out the statements of a text, each once, and passes each byte once.

    `refuse(offset, what, remedy)` is told why the server could not read on.
    """

    def __init__(self, content: bytes, start: int, refuse: Callable[[int, str, str], object]) -> None:
        self._content = content
        self._position = start
        self._refuse = refuse

    @property
    def is_at_end(self) -> bool:
        """There is nothing left to read."""
        return self._position >= len(self._content)

    def read(self) -> Iterator[Statement]:
        """In the order of the file; empty statements are passed over."""
        while not self.is_at_end:
            begin = self._position
            end = self.find_semicolon()
            start, words = lexer.opening(self._content, begin, end)
            # Most routines have their body in a dollar quote and need no second look.
            if _RULE.match(words) or (_ROUTINE.match(words) and b"ATOMIC" in self._content[start:end].upper()):
                end = self._find_nested_end(start, end)
            if start < end:
                yield Statement(start, end, words)

    def find_semicolon(self) -> int:
        """Where the next one is, or what else keeps the server from reading on, or the end of the content."""
        content = self._content
        stop = position = self._position
        while position >= 0:
            stop = lexer.next_stop(content, position)
            if content.startswith(b"/*", stop):
                position = lexer.end_of_block_comment(content, stop)
            elif content.startswith(b"$", stop):
                position = lexer.end_of_dollar_quote(content, stop)
            else:
                break
        ending = content[stop : stop + 1]
        self._position = stop + 1
        if ending == b"\\":
            self._position = lexer.end_of_line(content, stop)
            command = content[stop : min(self._position, stop + 20)].split()[0].decode(errors="replace")
            self._refuse(stop, f"{command} is a command of psql, not SQL", "remove it or say it in SQL")
        elif ending not in b";":
            self._position = len(content)
            construct, closing = _CLOSING.get(ending, _CLOSING[b"'"])  # that of an E'' begins with a letter
            self._refuse(stop, f"the {construct} that starts here is never closed", f"close it with {closing}")
        return stop

    def _find_nested_end(self, start: int, end: int) -> int:
        """Passes over the semicolons inside a rule's parentheses or a routine's BEGIN ATOMIC body.

        A body belongs to a CREATE FUNCTION or PROCEDURE, which may stand in another's. In the grammar each of a body's
        statements ends with a semicolon, so an END that begins one closes the body; that of a CASE, or of a column
        called so, never does.
        """
        depth, bodies, position = 0, 0, start
        while True:
            passed: list[bytes] = []  # of the innermost statement
            for _, text in lexer.tokens(self._content, position, end):
                opens = (
                    text == b"ATOMIC"
                    and passed[-1:] == [b"BEGIN"]
                    and _ROUTINE.match(b" ".join(passed[:4]).decode("latin-1"))
                )
                if text in b"()":
                    depth += 1 if text == b"(" else -1
                elif depth == 0 and opens:
                    bodies += 1
                    passed = []
                    continue
                elif depth == 0 and bodies and text == b"END" and not passed:
                    bodies -= 1
                passed.append(text)
            if not bodies and depth <= 0:
                return end
            if self.is_at_end:
                self._refuse(start, "a parenthesis or BEGIN ATOMIC of this statement is never closed", "close it")
                return end
            position = self._position
            end = self.find_semicolon()
