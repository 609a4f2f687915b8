"""Files marked as unable to share a transaction: which statements they may hold, and how each is checked."""

from __future__ import annotations

import re

from runtime.migration.check.problems import Flaw
from runtime.migration.check.rules import refuse_marked
from runtime.migration.check.statements import Statement

_PART = r'(?:"[^"]+"|[^\W\d][\w$]*)'
_NAME = rf"({_PART}(?:\s*\.\s*{_PART})?)"
_BLANK = r"(?:\s|--[^\n]*\n|/\*.*?\*/)"


def _pattern(words: str) -> re.Pattern[str]:
    return re.compile(words.replace(" ", f"{_BLANK}+"), re.IGNORECASE | re.DOTALL)


# What follows the table tells that its name is whole: a comment may stand before the dot of a qualified one.
_CREATE_INDEX = _pattern(
    rf"create (?:unique )?index concurrently if not exists {_NAME} on (?:only )?{_NAME}(?={_BLANK}*(?:\(|using\b))"
)
_DROP_INDEX = _pattern(rf"drop index concurrently if exists {_NAME}(?: (?:cascade|restrict))?\s*$")
# What comes to the same when it is done twice, and has nothing to look for afterwards.
_REPEATABLE = _pattern(rf"vacuum\b|analyze\b|reindex\b|alter type {_NAME} add value if not exists\b")


class ExpectedResult:
    """What to look for once the statement is through: `index` on `table`, or no more `index` if that is None.

    Both as the file spells them; both None if there is nothing to be seen.
    """

    __slots__ = ("index", "table")

    def __init__(self, index: str | None = None, table: str | None = None) -> None:
        self.index = index
        self.table = table


def find_expected_result(statement: Statement, content: bytes) -> ExpectedResult | Flaw:
    """What a marked file's only statement does, or why it is refused.

    Such a statement can carry neither lock nor guard: it has to be one that does no harm when it runs again after an
    answer was lost.
    """
    text = content[statement.start : statement.end].decode().strip()
    if created := _CREATE_INDEX.match(text):
        return ExpectedResult(created[1], created[2])
    if dropped := _DROP_INDEX.match(text):
        return ExpectedResult(dropped[1])
    if _REPEATABLE.match(text):
        return ExpectedResult()
    return refuse_marked(statement, content)
