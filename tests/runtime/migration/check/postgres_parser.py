"""PostgreSQL's own lexer and grammar (wrapped by pglast), as the judges of how a text is read."""

from __future__ import annotations

from dataclasses import dataclass

from pglast import ast, parse_sql
from pglast.parser import ParseError, scan

# To PostgreSQL the letter that begins these is part of them, to us a word in front: no matter for what we ask.
_PREFIXED = {"BCONST", "XCONST", "USCONST", "UIDENT"}


@dataclass(frozen=True, slots=True)
class Parsed:
    """A statement as PostgreSQL sees it; offsets count bytes."""

    start: int
    end: int
    controls: bool


def parse(text: str) -> list[Parsed]:
    """The text's statements. Raises ParseError if the grammar refuses it."""
    found = []
    for raw in parse_sql(text):
        start = raw.stmt_location or 0
        end = start + raw.stmt_len if raw.stmt_len else len(text)
        controls = isinstance(raw.stmt, ast.TransactionStmt)
        found.append(Parsed(_in_bytes(text, start), _in_bytes(text, end), controls))
    return found


def find_semicolons(text: str) -> list[int]:
    """The byte offsets of the semicolons that are tokens. Raises ParseError if the lexer refuses the text."""
    return [_in_bytes(text, token.start) for token in scan(text) if token.name == "ASCII_59"]


def find_words(text: str) -> list[tuple[int, bytes]]:
    """Byte offset and upper-case text of each keyword and plain identifier."""
    words = []
    for token in scan(text):
        end = token.start if token.name in _PREFIXED else token.end
        source = text[token.start : end + 1]
        if (token.kind != "NO_KEYWORD" or token.name in _PREFIXED | {"IDENT"}) and not source.startswith('"'):
            words.append((_in_bytes(text, token.start), source.encode().upper()))
    return words


def find_unclosed(text: str) -> int | None:
    """The byte offset of what is opened and never closed, None if nothing is. Raises ParseError for other faults."""
    try:
        scan(text)
    except ParseError as error:
        message, offset = error.args
        if not message.startswith("unterminated"):
            raise
        return _in_bytes(text, offset)
    return None


def _in_bytes(text: str, offset: int) -> int:
    return len(text[:offset].encode())
