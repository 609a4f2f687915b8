"""Which statements of a file an error without a position can be about, told from the server's words."""

from __future__ import annotations

import re
from collections.abc import Sequence

from runtime.migration.check.lexer import tokens
from runtime.migration.check.statements import Statement
from runtime.services.sql_error import SqlError

MOST = 3

# A name stands in quotes, or behind the word for its kind: "must be owner of table users".
_NAME = re.compile(
    r'"([^"]+)"|\b(?:column|constraint|extension|function|index|policy|procedure|relation|role|schema|sequence|table|'
    r"trigger|type|view) ([\w.]+)"
)
_WORD = re.compile(r"[\w$]+")
_ROUTINE = re.compile(r'(compilation of )?(?:PL/pgSQL|SQL) function "?([\w.]+)')
INLINE = "inline_code_block"
_QUERY = r"(?:INSERT|UPDATE|DELETE|MERGE|SELECT|WITH|VALUES|COPY|DO|CALL|EXECUTE)\b"
# What statements an SQLSTATE comes from, if the server gives no position with it. It gives one for nearly every name
# that a query cannot resolve: class 42 is left to the others.
_KINDS = (
    (("57014", "25P04"), rf"{_QUERY}|ALTER TABLE|CREATE (UNIQUE )?INDEX|CREATE TABLE|REFRESH|REINDEX|VACUUM"),
    (("22", "23", "P0"), rf"{_QUERY}|ALTER TABLE|CREATE (UNIQUE )?INDEX"),
    ("2BP01", "DROP|ALTER|REVOKE|CREATE OR REPLACE"),
    ("42", rf"(?!SET\b|SHOW\b|{_QUERY})"),
)


def find_suspects(content: bytes, statements: Sequence[Statement], error: SqlError) -> list[Statement]:
    """At most three, the likeliest first: of the kinds that the SQLSTATE comes from, those that mention most names."""
    texts = {one: content[one.start : one.end].decode(errors="replace").lower() for one in statements}
    weights = {one: _weigh(texts[one], error) for one in _narrow_by_routine(content, texts, error)}
    kind = next((kind for sqlstate, kind in _KINDS if error.sqlstate.startswith(sqlstate)), "")
    group = [one for one in weights if re.match(kind, one.words)] or list(weights)
    most = max((weights[one][0] for one in group), default=0)
    likely = [one for one in group if weights[one][0] == most]
    return sorted(likely, key=lambda one: -weights[one][1])[:MOST]


def find_inner(content: bytes, block: Statement, context: str) -> int | None:
    """The offset of the line of a DO block at which the server was, the outermost; None if it has no such line."""
    said = re.findall(rf"{INLINE} line (\d+) at (\w+)", context)
    bodies = [offset for offset, token in tokens(content, block.start, block.end) if token in (b"$", b"'")]
    if not said or not bodies:
        return None
    number, action = int(said[-1][0]), said[-1][1]
    lines = content[bodies[0] : block.end].split(b"\n")
    # The action is the statement's first word, but for a few: "SQL statement", "assignment".
    if number > len(lines) or (action.isupper() and action.encode() not in lines[number - 1].upper() + b"SQL"):
        return None
    return bodies[0] + sum(len(line) + 1 for line in lines[: number - 1])


def _weigh(text: str, error: SqlError) -> tuple[int, int]:
    """How many names it mentions, and how many of the message's words and values.

    The first word counts as a name: the message may be about the command ("cannot truncate", "update or delete on
    table"). A data exception quotes values.
    """
    message, detail = error.message.lower(), error.sections.get("DETAIL", "").lower()
    quoting = detail if error.sqlstate.startswith("22") else f"{message}\n{detail}"
    names = {part for found in _NAME.findall(quoting) for name in found for part in name.split(".") if part}
    words = set(_WORD.findall(f"{message} {detail}"))
    weight = sum(_mentions(text, name) for name in names) + (text.partition(" ")[0] in message.split())
    return weight, len(words & set(_WORD.findall(text)))


def _narrow_by_routine(content: bytes, texts: dict[Statement, str], error: SqlError) -> list[Statement]:
    """By the function that the server was in, the outermost one: its call, or its creation; a trigger's has neither."""
    context = error.sections.get("CONTEXT", "")
    routines = _ROUTINE.findall(context)
    if not routines:
        return list(texts)
    compiled, name = routines[-1]
    if name == INLINE:
        blocks = [one for one in texts if one.words.split(" ")[0] == "DO"]
        return [one for one in blocks if find_inner(content, one, context) is not None] or blocks or list(texts)
    mentioning = [one for one in texts if _mentions(texts[one], name.rpartition(".")[2].lower())]
    return [one for one in mentioning if one.words.startswith("CREATE") == bool(compiled)] or list(texts)


def _mentions(text: str, name: str) -> bool:
    return re.search(rf"(?<![\w$]){re.escape(name)}(?![\w$])", text) is not None
