"""Reads SQL as PostgreSQL's lexer does, by jumps from one place of interest to the next."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice, takewhile

from runtime.migration.check.patterns import COMMENT_EDGE, LINE_END, PASSABLE, TOKEN, WORD


def next_stop(content: bytes, position: int) -> int:
    """Where the next thing starts that ends a statement or needs a closer look; the end of the content if none does.

    That is a semicolon, a backslash, a block comment, a dollar quote, a comment that resembles the marker, or a
    string or quoted identifier that is never closed.
    """
    passed = PASSABLE.match(content, position)
    return passed.end() if passed else position


def end_of_block_comment(content: bytes, position: int) -> int:
    """Where the block comment that starts here ends, with those nested in it; -1 if it is never closed."""
    depth = 0
    for edge in COMMENT_EDGE.finditer(content, position):
        depth += 1 if edge[0] == b"/*" else -1
        if depth == 0:
            return edge.end()
    return -1


def end_of_dollar_quote(content: bytes, position: int) -> int:
    """Where the dollar quote that starts here ends; -1 if it is never closed."""
    opened = content.index(b"$", position + 1) + 1
    delimiter = content[position:opened]
    closing = content.find(delimiter, opened)
    return closing + len(delimiter) if closing >= 0 else -1


def end_of_line(content: bytes, position: int) -> int:
    """Where the line ends, its line feed or carriage return not included."""
    line_end = LINE_END.search(content, position)
    return line_end.start() if line_end else len(content)


def tokens(content: bytes, start: int, end: int) -> Iterator[tuple[int, bytes]]:
    """Offset and text of each token of a stretch, up to the first thing that is unclosed; comments are left out.

    A word's text is in upper case, a quoted token's its quote or dollar sign, that of all else its first character.
    """
    while start >= 0 and (token := TOKEN.match(content, start, end)):
        kind = token.lastgroup or ""
        first, start = token.span(kind)
        if kind == "comment":
            start = end_of_block_comment(content, first)
        elif kind == "word":
            yield first, token[kind].upper()
        else:
            if kind == "dollar":
                start = end_of_dollar_quote(content, first)
            yield first, token[kind][-1:] if kind == "quoted" else token[kind][:1]


def opening(content: bytes, start: int, end: int) -> tuple[int, str]:
    """Where the first token of a stretch is (the end if there is none), and the words with which it starts.

    They are in upper case and joined by blanks, four at most.
    """
    found = tuple(islice(tokens(content, start, end), 4))
    words = takewhile(_is_word, (text for _, text in found))
    return found[0][0] if found else end, b" ".join(words).decode("latin-1")


def _is_word(text: bytes) -> bool:
    return WORD.match(text) is not None
