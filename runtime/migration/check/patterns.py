"""PostgreSQL's lexical rules (its scan.l) as regular expressions over bytes."""

from __future__ import annotations

import re


def _any_number_of(*alternatives: bytes) -> bytes:
    # Possessive. The alternative that never matches is for Python before 3.11.5 (Debian 12 has 3.11.2), which without
    # it does not go back to where a repetition began that matched in part only (CPython issue 106052).
    return rb"(?:" + rb"|".join((*alternatives, rb"(?!)")) + rb")*+"


# Bytes, because offsets are then the server's, keywords fold in ASCII only, and every byte of a multi-byte character
# is a letter, as there. Every repetition is possessive: nothing is tried twice, so the time is linear.
_SPACE = rb"[ \t\n\r\f\v]"
_LINE_COMMENT = rb"--[^\n\r]*+"
_BLANKS = _any_number_of(_SPACE + rb"++", _LINE_COMMENT)
_MORE = rb"[A-Za-z0-9_$\x80-\xff]*+"
_WORD = rb"(?:[A-DF-Za-df-z_\x80-\xff]|[eE](?!'))" + _MORE
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
# The one comment with a meaning, and what resembles it: a misspelled marker must not pass in silence.
_MARKER_LIKE = rb"--[ \t]*+(?i:migrate)[ \t]*+:[ \t]*+(?i:no)[ _-]?+(?i:transaction)(?![A-Za-z0-9_])"

_PASSABLE = (
    _WORD,
    rb"[^'\"$;/\\A-Za-z0-9_\x80-\xff-]++",
    _QUOTED,
    _NUMBER,
    rb"(?!%b)%b" % (_MARKER_LIKE, _LINE_COMMENT),
    rb"-(?!-)",
    rb"/(?!\*)",
    rb"(?!%b)%b" % (_DOLLAR_DELIMITER, _PARAMETER),
)

PASSABLE = re.compile(_any_number_of(*_PASSABLE), re.DOTALL)
WORD = re.compile(_WORD)
TOKEN = re.compile(
    rb"%b(?:(?P<word>%b)|(?P<comment>/\*)|(?P<dollar>%b)|(?P<quoted>%b)|(?P<other>%b|%b|.))"
    % (_BLANKS, _WORD, _DOLLAR_DELIMITER, _QUOTED, _NUMBER, _PARAMETER),
    re.DOTALL,
)
LINE_END = re.compile(rb"[\n\r]")
COMMENT_EDGE = re.compile(rb"/\*|\*/")
