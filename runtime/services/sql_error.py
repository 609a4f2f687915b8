"""PostgreSQL's error, as the Management API words it."""

from __future__ import annotations

import re

from runtime.process.errors import JobError

# Statement timeout or a cancellation, transaction timeout: a definite rollback, unlike the rest of their kinds.
CANCELED = ("57014", "25P04")

_SQL_ERROR = re.compile(r"(?:Failed to run sql query: )?(?:ERROR:\s+|FATAL:\s+(?=25P04))([0-9A-Z]{5}): ")
_PLACE = re.compile(r"^LINE (\d+): (.*)\n( *)\^ *(?:\n|\Z)", re.MULTILINE)
_WITHIN = re.compile(r"^QUERY:  |^CONTEXT:  .* at (?:RAISE|ASSERT)$", re.MULTILINE)
_SECTION = re.compile(r"^(DETAIL|HINT|QUERY|CONTEXT):  ", re.MULTILINE)
# Connection exceptions and operator interventions: the transaction's end may have been reported to nobody.
_UNCLEAR_CLASSES = ("08", "57")


class SqlError(JobError):
    """PostgreSQL refused the query and kept nothing of it.

    `message` is whole, line ends included; `sections` are what follows it, by name (DETAIL, HINT, QUERY, CONTEXT).
    `position` counts characters within the query, from 0; None if the server gave none.
    """

    def __init__(self, sqlstate: str, message: str, sections: dict[str, str], position: int | None) -> None:
        self.text = " ".join(" ".join((message, *(f"{name}: {text}" for name, text in sections.items()))).split())
        super().__init__(f"SQLSTATE {sqlstate}: {self.text}")
        self.sqlstate = sqlstate
        self.message = message
        self.sections = sections
        self.position = position


def parse_sql_error(text: object, query: str) -> SqlError | None:
    """The error in the service's text about a query; None if nothing says that the transaction was rolled back.

    Without a SQLSTATE nothing does; FATAL and some classes say how the connection ended, which is another matter.
    """
    found = _SQL_ERROR.match(text) if isinstance(text, str) else None
    if found is None or (found[1] not in CANCELED and found[1].startswith(_UNCLEAR_CLASSES)):
        return None
    rest = found.string[found.end() :]
    position = None
    # Of a function's own text there is no place, and what looks like one was printed by the function itself. Else the
    # message, which comes first, may hold anything, also what looks like a place: the last one is the server's.
    for place in [] if _WITHIN.search(rest) else reversed(list(_PLACE.finditer(rest))):
        position = _find_position(place, query)
        if position is not None:
            rest = rest[: place.start()] + rest[place.end() :]
            break
    message, *parts = _SECTION.split(rest)
    sections = {name: part.strip() for name, part in zip(parts[::2], parts[1::2], strict=True)}
    return SqlError(found[1], message.strip(), sections, position)


def _find_position(place: re.Match[str], query: str) -> int | None:
    """The place as an offset in the query, None if the query's line is another one.

    The service looks for PostgreSQL's position, which counts characters, among the UTF-16 units of JavaScript: behind
    a character of two units its line and caret are off, but the number that it looked for can be recovered from them.
    """
    number = int(place[1])
    if number == 0:
        return len(query) if not place[2] else None  # what it says of the end of the text
    lines = query.split("\n", number)
    if number > len(lines) or lines[number - 1] != place[2]:
        return None
    units = sum(len(line.encode("utf-16-le")) // 2 + 1 for line in lines[: number - 1])
    position = units + len(place[3]) - len(f"LINE {number}: ")
    return position if 0 <= position <= len(query) else None
