"""PostgreSQL's lexical rules (its scan.l) as regular expressions over bytes."""

from __future__ import annotations

import re

# Bytes, because offsets are then the server's, keywords fold in ASCII only, and every byte of a multi-byte character
# is a letter, as there. Every quantifier is possessive: nothing is tried twice, so the time is linear.
_SPACE = rb"[ \t\n\r\f\v]"
_LINE_COMMENT = rb"--[^\n\r]*+"
_BLANKS = rb"(?:%b++|%b)*+" % (_SPACE, _LINE_COMMENT)
_MORE = rb"[A-Za-z0-9_$\x80-\xff]*+"
_WORD = rb"(?:[A-DF-Za-df-z_\x80-\xff]|[eE](?!'))" + _MORE
# A number ends at a dollar sign, where a word goes on: 1$$ opens a quote, a1$$ does not.
_NUMBER = rb"[0-9][A-Za-z0-9_.\x80-\xff]*+"
_DOLLAR_DELIMITER = rb"\$(?:[A-Za-z_\x80-\xff][A-Za-z0-9_\x80-\xff]*+)?+\$"
_STRING = rb"(?:'[^']*+')++(?!')"
_IDENTIFIER = rb'(?:"[^"]*+")++(?!")'
# A string goes on in the next one if a line ends between them, and the escapes of an E'' go on with it.
_LINE_BREAK = rb"(?:[ \t\f\v]|%b)*+[\n\r](?:%b|%b[\n\r])*+" % (_LINE_COMMENT, _SPACE, _LINE_COMMENT)
_ESCAPE_STRING = rb"[eE]'(?:[^'\\]++|\\.|'(?:%b)?+')*+'" % _LINE_BREAK
_QUOTED = rb"|".join((_STRING, _IDENTIFIER, _ESCAPE_STRING))
# The one comment with a meaning, and what resembles it: a misspelt marker must not pass in silence.
_MARKER_LIKE = rb"--[ \t]*+(?i:migrate)[ \t]*+:[ \t]*+(?i:no)[ _-]?+(?i:transaction)(?![A-Za-z0-9_])"

_SEPARATOR = rb"[^'\"$;/\\A-Za-z0-9_\x80-\xff-]"
# Most of a text is words: taken together with what separates them, and those in E apart, they pass half as fast again.
_PASSABLE = (
    rb"[A-DF-Za-df-z_\x80-\xff]" + _MORE + _SEPARATOR + rb"*+",
    rb"[eE](?!')" + _MORE + _SEPARATOR + rb"*+",
    _SEPARATOR + rb"++",
    _QUOTED,
    _NUMBER,
    rb"(?!%b)%b" % (_MARKER_LIKE, _LINE_COMMENT),
    rb"-(?!-)",
    rb"/(?!\*)",
    rb"(?!%b)\$" % _DOLLAR_DELIMITER,
)

PASSABLE = re.compile(rb"(?:%b)*+" % rb"|".join(_PASSABLE), re.DOTALL)
FOUR_WORDS = re.compile(rb"%b((?:%b%b*+){1,4}+)" % (_BLANKS, _WORD, _SPACE))
TOKEN = re.compile(
    rb"%b(?:(?P<word>%b)|(?P<comment>/\*)|(?P<dollar>%b)|(?P<quoted>%b)|(?P<other>%b|.))"
    % (_BLANKS, _WORD, _DOLLAR_DELIMITER, _QUOTED, _NUMBER),
    re.DOTALL,
)
LINE_END = re.compile(rb"[\n\r]")
COMMENT_EDGE = re.compile(rb"/\*|\*/")
