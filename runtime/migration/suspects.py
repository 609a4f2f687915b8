"""Which statements of a file an error without a position can be about, told from the names that it quotes."""

from __future__ import annotations

import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from runtime.migration.check.statements import Statement
    from runtime.services.sql_error import SqlError

MOST = 3

_QUOTED = re.compile(r'"([^"]+)"')
_ROUTINE = re.compile(r'(compilation of )?(?:PL/pgSQL|SQL) function "?([\w.]+)')
_INLINE = "inline_code_block"
_RUNS_QUERIES = r"(?:INSERT|UPDATE|DELETE|MERGE|SELECT|WITH|VALUES|COPY|DO|CALL|EXECUTE|REFRESH)\b"
# What statements an SQLSTATE comes from, if the server gives no position with it. It gives one for nearly every name
# that a query cannot resolve: class 42 is left to the others.
_KINDS = (
    ("57014", re.compile(rf"{_RUNS_QUERIES}|ALTER TABLE|CREATE (UNIQUE )?INDEX|CREATE TABLE|REINDEX|VACUUM")),
    ("23", re.compile(rf"{_RUNS_QUERIES}|ALTER TABLE|CREATE UNIQUE INDEX")),
    ("22", re.compile(rf"{_RUNS_QUERIES}|ALTER TABLE|CREATE (UNIQUE )?INDEX")),
    ("P0", re.compile(_RUNS_QUERIES)),
    ("2BP01", re.compile("DROP|ALTER|REVOKE|CREATE OR REPLACE")),
    ("42710", re.compile("CREATE|ALTER")),
    ("42P07", re.compile("CREATE|ALTER")),
    ("42", re.compile(rf"(?!SET\b|SHOW\b|{_RUNS_QUERIES})")),
)


def find_suspects(content: bytes, statements: Sequence[Statement], error: SqlError) -> list[Statement]:
    """At most three, the likeliest first; of those that mention the names, one after the other as far as any does."""
    texts = {one.start: content[one.start : one.end].decode(errors="replace") for one in statements}
    found = list(statements)
    for name in _read_names(error):
        found = [one for one in found if _mentions(texts[one.start], name)] or found
    found = _narrow_by_routine(found, texts, error.sections.get("CONTEXT", ""))
    for sqlstate, kind in _KINDS:
        if error.sqlstate.startswith(sqlstate):
            found.sort(key=lambda one: kind.match(one.words) is None)
            break
    return found[:MOST]


def find_inner_line(error: SqlError) -> int | None:
    """The line within the body of a DO block at which it failed, from 1; None if it was no DO block."""
    found = re.findall(rf"{_INLINE} line (\d+)", error.sections.get("CONTEXT", ""))
    return int(found[-1]) if found else None


def _read_names(error: SqlError) -> list[str]:
    """Each quoted name, the parts of qualified ones apart; then, for a made-up name such as t_id_fkey, its beginnings.

    The more telling ones come first: what narrows the choice to nothing is passed over.
    """
    quoted = _QUOTED.findall(error.message) + _QUOTED.findall(error.sections.get("DETAIL", ""))
    names = [part for name in quoted for part in name.split(".") if part]
    for name in tuple(names):
        words = name.split("_")
        names += ["_".join(words[:count]) for count in range(len(words) - 1, 0, -1)]
    return names


def _narrow_by_routine(found: list[Statement], texts: dict[int, str], context: str) -> list[Statement]:
    """By the function that the server was in, the outermost one: its call, or its creation."""
    routines = _ROUTINE.findall(context)
    if not routines:
        return found
    compiled, name = routines[-1]
    if name == _INLINE:
        return [one for one in found if one.words.split(" ")[0] == "DO"] or found
    mentioning = [one for one in found if _mentions(texts[one.start], name.rpartition(".")[2])] or found
    return [one for one in mentioning if one.words.startswith("CREATE") == bool(compiled)] or mentioning


def _mentions(text: str, name: str) -> bool:
    return re.search(rf"(?<![\w$]){re.escape(name)}(?![\w$])", text, re.IGNORECASE) is not None
