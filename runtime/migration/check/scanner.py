"""Cuts a migration at its top-level semicolons, in one pass."""

from __future__ import annotations

from runtime.migration.check.lexer import end_of_block_comment, end_of_dollar_quote, end_of_line, next_stop
from runtime.migration.check.problems import Flaw

_CLOSING = {
    b"'": ("string", "'"),
    b"E": ("string", "'"),
    b'"': ("quoted identifier", '"'),
    b"/": ("block comment", "*/ (one for each /*)"),
    b"$": ("dollar quote", "its opening tag"),
}


class Stretch:
    """From one semicolon to another, neither included.

    `markers`: offsets of its comments that resemble the marker. `flaws`: why the server could not read on behind it.
    """

    __slots__ = ("end", "flaws", "markers", "start")

    def __init__(self, start: int, end: int, markers: list[int], flaws: list[Flaw]) -> None:
        self.start = start
        self.end = end
        self.markers = markers
        self.flaws = flaws

    def extend(self, following: Stretch) -> None:
        """Up to the end of the one that follows it."""
        self.end = following.end
        self.markers += following.markers
        self.flaws += following.flaws


class Scanner:
    """Hands out the stretches of a text that begins at `start`, each once."""

    __slots__ = ("_position", "content", "start")

    def __init__(self, content: bytes, start: int) -> None:
        self.content = content
        self.start = start
        self._position = start

    def next_stretch(self) -> Stretch | None:
        """The next one; None behind the last."""
        start = self._position
        if start >= len(self.content):
            return None
        end, markers = self._find_end(start)
        ending = self.content[end : end + 1]
        self._position = end + 1
        flaws = []
        if ending == b"\\":
            flaws.append(self._refuse_meta_command(end))
        elif ending not in b";":
            flaws.append(self._refuse_unclosed(end))
        return Stretch(start, end, markers, flaws)

    def skip_rows(self) -> None:
        """Passes over the rows that follow a COPY FROM STDIN, as psql does: to their end mark or to the last line."""
        while self._position < len(self.content):
            start = end_of_line(self.content, self._position) + 1
            self._position = end_of_line(self.content, start)
            if self.content[start : self._position] == b"\\.":
                return

    def _find_end(self, position: int) -> tuple[int, list[int]]:
        """The next semicolon, backslash or opening of something unclosed; else the end of the content."""
        content = self.content
        markers = []
        while position >= 0:
            stop = next_stop(content, position)
            if content.startswith(b"/*", stop):
                position = end_of_block_comment(content, stop)
            elif content.startswith(b"$", stop):
                position = end_of_dollar_quote(content, stop)
            elif content.startswith(b"-", stop):
                markers.append(stop)
                position = end_of_line(content, stop)
            else:
                break
        return stop, markers

    def _refuse_meta_command(self, start: int) -> Flaw:
        self._position = end_of_line(self.content, start)
        command = self.content[start : min(self._position, start + 20)].split()[0].decode(errors="replace")
        return Flaw(start, f"{command} is a command of psql, not SQL", "remove it or say it in SQL")

    def _refuse_unclosed(self, start: int) -> Flaw:
        self._position = len(self.content)
        construct, closing = _CLOSING[self.content[start : start + 1].upper()]
        return Flaw(start, f"the {construct} that starts here is never closed", f"close it with {closing}")
