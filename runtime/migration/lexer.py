"""PostgreSQL's lexical rules: where its comments, strings, identifiers and dollar quotes begin and end."""

from __future__ import annotations

import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

# Bytes, as in PostgreSQL's scan.l: offsets are the server's, keywords fold in ASCII only, and every byte of a
# multi-byte character is a letter. Every quantifier is possessive: nothing is tried twice, so the time is linear.
_LINE_COMMENT = rb"--[^\n\r]*+"
_WORD = rb"(?![eE]')[A-Za-z_\x80-\xff][A-Za-z0-9_$\x80-\xff]*+"
# A number ends at a dollar sign, where a word goes on: 1$$ opens a quote, a1$$ does not.
_NUMBER = rb"[0-9][A-Za-z0-9_.\x80-\xff]*+"
_DOLLAR_DELIMITER = rb"\$(?:[A-Za-z_\x80-\xff][A-Za-z0-9_\x80-\xff]*+)?+\$"
# A string goes on in the next one if a line ends between them; the escapes of an E'' go on with it.
_LINE_END = rb"(?:[ \t\f\v]|" + _LINE_COMMENT + rb")*+[\n\r](?:[ \t\n\r\f\v]|" + _LINE_COMMENT + rb"[\n\r])*+"
_ESCAPE_STRING = rb"[eE]'(?:[^'\\]++|\\.|'(?:" + _LINE_END + rb")?+')*+'"
_QUOTED = rb"(?:'[^']*+')++|(?:\"[^\"]*+\")++|" + _ESCAPE_STRING

# The one comment that means something. What resembles it is a stop too: a misspelt one must not pass in silence.
MARKER = b"-- migrate: no-transaction"
_MARKER_LIKE = rb"--[ \t]*+(?i:migrate)[ \t]*+:[ \t]*+(?i:no)[ _-]?+(?i:transaction)(?![A-Za-z0-9_])"

_PASSABLE = re.compile(
    rb"(?:[^'\"$;/\\A-Za-z0-9_\x80-\xff-]++|%b|%b|%b|(?!%b)%b|-(?!-)|/(?!\*)|(?!%b)\$)*+"
    % (_WORD, _QUOTED, _NUMBER, _MARKER_LIKE, _LINE_COMMENT, _DOLLAR_DELIMITER),
    re.DOTALL,
)
_BLANKS = rb"(?:[ \t\n\r\f\v]++|%b)*+" % _LINE_COMMENT
_TOKEN = re.compile(rb"%b((%b)|/\*|%b|%b|.)" % (_BLANKS, _WORD, _QUOTED, _NUMBER), re.DOTALL)
_DOLLAR_QUOTE = re.compile(_DOLLAR_DELIMITER)
_COMMENT_EDGE = re.compile(rb"/\*|\*/")


def next_stop(content: bytes, position: int) -> int:
    """Where the next thing starts that ends a statement or needs a closer look; the end of the content if none does.

    That is a semicolon, a backslash, a block comment, a dollar quote, a comment that resembles the marker, or a
    string or quoted identifier that is never closed.
    """
    passed = _PASSABLE.match(content, position)
    return passed.end() if passed else position


def end_of_block_comment(content: bytes, position: int) -> int:
    """Where the block comment that starts here ends, with those nested in it; -1 if it is never closed."""
    depth = 0
    for edge in _COMMENT_EDGE.finditer(content, position):
        depth += 1 if edge[0] == b"/*" else -1
        if depth == 0:
            return edge.end()
    return -1


def end_of_dollar_quote(content: bytes, position: int) -> int:
    """Where the dollar quote that starts here ends; -1 if it is never closed, the position if none starts here."""
    opening = _DOLLAR_QUOTE.match(content, position)
    if opening is None:
        return position
    closing = content.find(opening[0], opening.end())
    return closing + len(opening[0]) if closing >= 0 else -1


def tokens(content: bytes, start: int, end: int) -> Iterator[tuple[int, str]]:
    """Offset and text of each token of a stretch in which nothing is unclosed; comments are left out.

    A word comes in upper case, all else as its first character: a string as its quote, E or dollar sign.
    """
    position = start
    while token := _TOKEN.match(content, position, end):
        first = token.start(1)
        position = token.end()
        if token[2]:
            yield first, token[2].upper().decode("latin-1")
        elif token[1] == b"/*":
            position = end_of_block_comment(content, first)
        else:
            if token[1] == b"$":
                position = max(position, end_of_dollar_quote(content, first))
            yield first, token[1][:1].decode("latin-1")
