"""PostgreSQL's lexical rules (its scan.l) over bytes: tokens, and jumps from one place of interest to the next."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice, takewhile


def _any_number_of(*alternatives: bytes) -> bytes:
    # Possessive. The alternative that never matches is for Python before 3.11.5 (Debian 12 has 3.11.2), which without
    # it does not go back to where a repetition began that matched in part only (CPython issue 106052).
    return rb"(?:" + rb"|".join((*alternatives, rb"(?!)")) + rb")*+"


# Bytes, because offsets are then the server's, keywords fold in ASCII only, and every byte of a multi-byte character
# is a letter, as there. Every repetition is possessive: nothing is tried twice, so the time is linear.
_SPACE = rb"[ \t\n\r\f\v]"
_LINE_COMMENT = rb"--[^\n\r]*+"
_BLANKS = _any_number_of(_SPACE + rb"++", _LINE_COMMENT)
_WORD = rb"(?:[A-DF-Za-df-z_\x80-\xff]|[eE](?!'))[A-Za-z0-9_$\x80-\xff]*+"
# A number ends at a dollar sign, a word goes on: 1$$ opens a quote, a1$$ does not.
_NUMBER = rb"[0-9][A-Za-z0-9_.\x80-\xff]*+"
_DOLLAR_DELIMITER = rb"\$(?:[A-Za-z_\x80-\xff][A-Za-z0-9_\x80-\xff]*+|)\$"
_PARAMETER = rb"\$[0-9]*+"
_STRING = rb"'[^']*+'" + _any_number_of(rb"'[^']*+'") + rb"(?!')"
_IDENTIFIER = _STRING.replace(b"'", b'"')
# A string goes on in the next one if a line ends between them, and the escapes of an E'' go on with it.
_REST_OF_LINE = _any_number_of(rb"[ \t\f\v]", _LINE_COMMENT) + rb"[\n\r]"
_LINE_BREAK = _REST_OF_LINE + _any_number_of(_SPACE, _LINE_COMMENT + rb"[\n\r]")
_ESCAPE_STRING = rb"[eE]'" + _any_number_of(rb"[^'\\]++", rb"\\.", rb"'(?:" + _LINE_BREAK + rb"|)'") + rb"'"
_QUOTED = rb"|".join((_STRING, _IDENTIFIER, _ESCAPE_STRING))
_PASSABLE = _any_number_of(
    _WORD,
    rb"[^'\"$;/\\A-Za-z0-9_\x80-\xff-]++",
    _QUOTED,
    _NUMBER,
    _LINE_COMMENT,
    rb"-(?!-)",
    rb"/(?!\*)",
    rb"(?!%b)%b" % (_DOLLAR_DELIMITER, _PARAMETER),
)

PASSABLE = re.compile(_PASSABLE, re.DOTALL)
WORD = re.compile(_WORD)
TOKEN = re.compile(
    rb"%b(?:(?P<word>%b)|(?P<comment>/\*)|(?P<dollar>%b)|(?P<quoted>%b)|(?P<other>%b|%b|.))"
    % (_BLANKS, _WORD, _DOLLAR_DELIMITER, _QUOTED, _NUMBER, _PARAMETER),
    re.DOTALL,
)
LINE_END = re.compile(rb"[\n\r]")
COMMENT_EDGE = re.compile(rb"/\*|\*/")


def next_stop(content: bytes, position: int) -> int:
    """Where the next thing starts that ends a statement or needs a closer look, else the end of the content.

    Beside semicolons and comments that is a backslash, a dollar quote, or a quote that is never closed.
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
    found = list(islice(tokens(content, start, end), 4))
    words = takewhile(WORD.match, (text for _, text in found))
    return found[0][0] if found else end, b" ".join(words).decode("latin-1")
