"""Cuts a migration at its top-level semicolons, in one pass."""

from __future__ import annotations

from runtime.migration.check.lexer import end_of_block_comment, end_of_dollar_quote, end_of_line, next_stop

TYPE_CHECKING = False
if TYPE_CHECKING:
    from runtime.migration.check.problems import Problems

_CLOSING = {
    b"'": ("string", "'"),
    b"E": ("string", "'"),
    b'"': ("quoted identifier", '"'),
    b"/": ("block comment", "*/ (one for each /*)"),
    b"$": ("dollar quote", "its opening tag"),
}


class Scanner:
    """Hands out the stretches between the semicolons, each once, and reports what the server could not read.

    The text begins at `start`; `marker_like` are the offsets of the comments so far that resemble the marker.
    """

    __slots__ = ("_position", "_problems", "content", "marker_like", "start")

    def __init__(self, content: bytes, start: int, problems: Problems) -> None:
        self.content = content
        self.start = start
        self.marker_like: list[int] = []
        self._position = start
        self._problems = problems

    def next_stretch(self) -> tuple[int, int] | None:
        """Start and end of the next stretch, without its semicolon; None behind the last one."""
        start = self._position
        if start >= len(self.content):
            return None
        end = self._find_end(start)
        ending = self.content[end : end + 1]
        self._position = end + 1
        if ending == b"\\":
            self._refuse_meta_command(end)
        elif ending not in b";":
            self._refuse_unclosed(end)
        return start, end

    def skip_rows(self) -> None:
        """Passes over the rows that follow a COPY FROM STDIN, as psql does: to their end mark or to the last line."""
        while self._position < len(self.content):
            start = end_of_line(self.content, self._position) + 1
            self._position = end_of_line(self.content, start)
            if self.content[start : self._position] == b"\\.":
                return

    def _find_end(self, position: int) -> int:
        """The next semicolon, backslash or opening of something unclosed; else the end of the content."""
        content = self.content
        while position >= 0:
            stop = next_stop(content, position)
            if content.startswith(b"/*", stop):
                position = end_of_block_comment(content, stop)
            elif content.startswith(b"$", stop):
                position = end_of_dollar_quote(content, stop)
            elif content.startswith(b"-", stop):
                self.marker_like.append(stop)
                position = end_of_line(content, stop)
            else:
                break
        return stop

    def _refuse_meta_command(self, start: int) -> None:
        self._position = end_of_line(self.content, start)
        command = self.content[start : min(self._position, start + 20)].split()[0].decode(errors="replace")
        self._problems.add(start, f"{command} is a command of psql, not SQL", "remove it or say it in SQL")

    def _refuse_unclosed(self, start: int) -> None:
        self._position = len(self.content)
        construct, closing = _CLOSING[self.content[start : start + 1].upper()]
        self._problems.add(start, f"the {construct} that starts here is never closed", f"close it with {closing}")
