"""The filter language of Cloud Logging: comparisons, AND, OR, NOT, parentheses. Text into a predicate."""

from __future__ import annotations

import re
from collections.abc import Callable

from sandbox.control_plane.logs.comparison import compare, search
from sandbox.control_plane.logs.store import Line
from sandbox.control_plane.problems import refuse_argument

Predicate = Callable[[Line], bool]

_TOKEN = re.compile(
    r"""\s*(?:(?P<string>"(?:[^"\\]|\\.)*")|(?P<operator>!=|>=|<=|=~|!~|[=<>:])|(?P<mark>[()])"""
    r"""|(?P<minus>-(?=[\w"(]))|(?P<word>[^\s"=<>!:()]+))"""
)
MAX_LENGTH = 20_000


def parse_filter(text: str) -> Predicate:
    """Raises INVALID_ARGUMENT for what the language does not have (functions such as sample() included)."""
    if len(text) > MAX_LENGTH:
        raise refuse_argument(f"The filter is longer than {MAX_LENGTH} characters.")
    if not text.strip():
        return lambda _line: True
    parser = _Parser(_tokenize(text))
    predicate = parser.read_all()
    if parser.peek() is not None:
        raise _unparseable(f"unexpected {parser.peek()!r}")
    return predicate


def _tokenize(text: str) -> list[str]:
    tokens, position = [], 0
    while text[position:].strip():
        found = _TOKEN.match(text, position)
        if found is None:
            raise _unparseable(f"syntax error at line 1, column {position + 1}")
        tokens.append(found[found.lastgroup or 0])
        position = found.end()
    return tokens


def _unparseable(reason: str) -> Exception:
    return refuse_argument(f"Unparseable filter: {reason}.")


class _Parser:
    """Recursive descent. In this language OR binds closer than AND; side by side means AND."""

    def __init__(self, tokens: list[str]) -> None:
        self._tokens = tokens
        self._next = 0

    def peek(self) -> str | None:
        return self._tokens[self._next] if self._next < len(self._tokens) else None

    def _take(self) -> str:
        token = self.peek()
        if token is None:
            raise _unparseable("it ends too early")
        self._next += 1
        return token

    def _accept(self, *tokens: str) -> bool:
        if self.peek() in tokens:
            self._next += 1
            return True
        return False

    def read_all(self) -> Predicate:
        parts = [self._read_any()]
        while self._accept("AND") or self.peek() not in (None, ")"):
            parts.append(self._read_any())
        return parts[0] if len(parts) == 1 else lambda line: all(part(line) for part in parts)

    def _read_any(self) -> Predicate:
        parts = [self._read_not()]
        while self._accept("OR"):
            parts.append(self._read_not())
        return parts[0] if len(parts) == 1 else lambda line: any(part(line) for part in parts)

    def _read_not(self) -> Predicate:
        if self._accept("NOT", "-"):
            denied = self._read_not()
            return lambda line: not denied(line)
        if self._accept("("):
            inner = self.read_all()
            if not self._accept(")"):
                raise _unparseable("a parenthesis is not closed")
            return inner
        return self._read_comparison()

    def _read_comparison(self) -> Predicate:
        path = self._read_path()
        operator = self.peek()
        if operator not in ("=", "!=", ">", "<", ">=", "<=", ":", "=~", "!~"):
            return lambda line: search(line, ".".join(path))
        self._take()
        if self._accept("("):
            values = [_unquote(self._take())]
            while self._accept("OR"):
                values.append(_unquote(self._take()))
            if not self._accept(")"):
                raise _unparseable("a list of values is not closed")
            return lambda line: any(compare(line, path, operator, value) for value in values)
        value = _unquote(self._take())
        return lambda line: compare(line, path, operator, value)

    def _read_path(self) -> list[str]:
        """A field's path; a segment with a dot in it is quoted: labels."run.googleapis.com/execution_name"."""
        token = self._take()
        if token in "()=!<>:" or token in ("AND", "OR"):
            raise _unparseable(f"unexpected {token!r}")
        segments = [_unquote(token)] if token.startswith('"') else token.rstrip(".").split(".")
        while token.endswith(".") and not token.startswith('"'):
            token = self._take()
            segments += [_unquote(token)] if token.startswith('"') else token.rstrip(".").split(".")
        return segments


def _unquote(token: str) -> str:
    return re.sub(r"\\(.)", r"\1", token[1:-1]) if token.startswith('"') else token
