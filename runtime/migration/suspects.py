"""Which statements of a file an error without a position can be about, told from the server's words."""

from __future__ import annotations

import re
from collections.abc import Sequence

from runtime.migration.check.statements import Statement
from runtime.services.sql_error import SqlError

MOST = 3

# A name stands in quotes, or behind the word for its kind: "must be owner of table users".
_KINDS_OF_OBJECTS = (
    "column|constraint|extension|function|index|policy|procedure|role|schema|sequence|table|trigger|type|view"
)
_NAME = re.compile(rf'"([^"]+)"|\b(?:{_KINDS_OF_OBJECTS}|relation) ([\w.]+)')
# What else a statement may share with the message: what it does to what, and the values of the row.
_HINT = re.compile(rf"\b(?:{_KINDS_OF_OBJECTS}|alter|create|delete|drop|grant|insert|rename|truncate|update)\b")
_VALUES = re.compile(r"(?:=|contains )\(([^)]*)\)")
_ROUTINE = re.compile(r'(compilation of )?(?:PL/pgSQL|SQL) function "?([\w.]+)')
_INLINE = "inline_code_block"
_RUNS_QUERIES = r"(?:INSERT|UPDATE|DELETE|MERGE|SELECT|WITH|VALUES|COPY|DO|CALL|EXECUTE)\b"
# What statements an SQLSTATE comes from, if the server gives no position with it. It gives one for nearly every name
# that a query cannot resolve: class 42 is left to the others.
_KINDS = (
    ("57014", re.compile(rf"{_RUNS_QUERIES}|ALTER TABLE|CREATE (UNIQUE )?INDEX|CREATE TABLE|REFRESH|REINDEX|VACUUM")),
    ("23", re.compile(rf"{_RUNS_QUERIES}|ALTER TABLE|CREATE UNIQUE INDEX")),
    ("22", re.compile(rf"{_RUNS_QUERIES}|ALTER TABLE|CREATE (UNIQUE )?INDEX")),
    ("P0", re.compile(_RUNS_QUERIES)),
    ("2BP01", re.compile("DROP|ALTER|REVOKE|CREATE OR REPLACE")),
    ("42", re.compile(rf"(?!SET\b|SHOW\b|{_RUNS_QUERIES})")),
)
# Less than what a name counts that is mentioned by its beginning only.
_HINT_WEIGHT = 0.05


def find_suspects(content: bytes, statements: Sequence[Statement], error: SqlError) -> list[Statement]:
    """At most three, the likeliest first: those that mention most of the names.

    The SQLSTATE orders them: those of a kind that it comes from are first, others follow only if they mention more.
    """
    texts = {one.start: content[one.start : one.end].decode(errors="replace").lower() for one in statements}
    found = _narrow_by_routine(list(statements), texts, error.sections.get("CONTEXT", ""))
    weights = _weigh({one.start: texts[one.start] for one in found}, error)
    kind = next((kind for sqlstate, kind in _KINDS if error.sqlstate.startswith(sqlstate)), re.compile(""))
    fitting = _choose([one for one in found if kind.match(one.words)], weights)
    others = _choose([one for one in found if not kind.match(one.words)], weights)
    if fitting and others and weights[others[0].start] < weights[fitting[0].start] + 0.5:
        others = []
    return (fitting[: MOST - 1] + others if others else fitting)[:MOST]


def find_inner_line(error: SqlError) -> int | None:
    """The line within the body of a DO block at which it failed, from 1; None if it was no DO block."""
    found = re.findall(rf"{_INLINE} line (\d+)", error.sections.get("CONTEXT", ""))
    return int(found[-1]) if found else None


def _choose(statements: list[Statement], weights: dict[int, float]) -> list[Statement]:
    """Those that mention as many names as the best, the ones with more of the rest first."""
    best = max((weights[one.start] for one in statements), default=0.0)
    chosen = [one for one in statements if weights[one.start] > best - 0.5]
    return sorted(chosen, key=lambda one: -weights[one.start])


def _weigh(texts: dict[int, str], error: SqlError) -> dict[int, float]:
    """A name counts 1, its beginning a half (the server makes up t_id_fkey from t and id), all else next to nothing.

    The message may name the command as well: "cannot truncate", "update or delete on table".
    """
    detail = error.sections.get("DETAIL", "")
    found = [quoted or plain for text in (error.message, detail) for quoted, plain in _NAME.findall(text)]
    names = {part.lower() for name in found for part in name.split(".") if part}
    said = set(error.message.lower().split())
    hints = set(_HINT.findall(error.message.lower()))
    hints |= {
        value.strip().lower() for values in _VALUES.findall(detail) for value in values.split(",") if value.strip()
    }
    weights = {}
    for start, text in texts.items():
        weights[start] = float(text.partition(" ")[0] in said)
        weights[start] += sum(_weigh_name(text, name) for name in names)
        weights[start] += _HINT_WEIGHT * sum(_mentions(text, hint) for hint in hints)
    return weights


def _weigh_name(text: str, name: str) -> float:
    if _mentions(text, name):
        return 1.0
    words = name.split("_")
    return 0.5 if any(_mentions(text, "_".join(words[:count])) for count in range(1, len(words))) else 0.0


def _narrow_by_routine(found: list[Statement], texts: dict[int, str], context: str) -> list[Statement]:
    """By the function that the server was in, the outermost one: its call, or its creation; a trigger's has neither."""
    routines = _ROUTINE.findall(context)
    if not routines:
        return found
    compiled, name = routines[-1]
    if name == _INLINE:
        return [one for one in found if one.words.split(" ")[0] == "DO"] or found
    mentioning = [one for one in found if _mentions(texts[one.start], name.rpartition(".")[2].lower())]
    return [one for one in mentioning if one.words.startswith("CREATE") == bool(compiled)] or found


def _mentions(text: str, name: str) -> bool:
    return re.search(rf"(?<![\w$]){re.escape(name)}(?![\w$])", text) is not None
