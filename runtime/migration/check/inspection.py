"""Everything that can be known to be wrong with a migration before it is sent."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import takewhile

from runtime.migration.check.places import Lines, Problem
from runtime.migration.check.rules import ALONE, MARKER, ROWS, find_index, find_remedy, find_rule
from runtime.migration.check.statements import Reader, Statement
from runtime.migration.files import MigrationFile
from runtime.migration.queries import compose_file
from runtime.services.supabase import BODY_LIMIT, encode

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


class Inspection:
    """A migration as PostgreSQL reads it, in time linear in its size; not to be sent if it has `problems`.

    A file of nothing but comments is right: PostgreSQL takes it as an empty query. One that `is_alone` has the marker
    and one statement, after which `index` is to be on `table`, see find_index.
    """

    def __init__(self, name: str, content: bytes) -> None:
        self.name = name
        self._content = content
        self._lines = Lines(content)
        self.problems: list[Problem] = []
        self.statements: list[Statement] = []
        self.index = self.table = ""
        start = self._check_bytes()
        # The marker is one of the lines that begin the file: empty ones, and comments of one line.
        lines = map(bytes.rstrip, content[start:].splitlines())
        self.is_alone = MARKER.encode() in takewhile(lambda line: not line or line.startswith(b"--"), lines)
        for statement in Reader(content, start, self.refuse).read():
            self.statements.append(statement)
            kind, remedy = find_rule(statement, content)
            if kind and not (kind == ALONE and self.is_alone):
                self.refuse(statement.start, f"{statement.excerpt(content)} {kind}", remedy)
            if kind == ROWS:
                break  # what follows are rows, not statements
        if self.is_alone and not self.problems:
            self._check_alone()
        # Those of a line stay as they were found.
        self.problems.sort(key=lambda problem: problem.line)

    def refuse(self, offset: int, what: str, remedy: str) -> None:
        """There is something wrong at the byte."""
        self.problems.append(Problem(self.name, self._lines.number(offset), what, remedy))

    def _check_bytes(self) -> int:
        """Where the file's text starts."""
        content = self._content
        if not content.strip():
            self.refuse(0, "the file is empty", "write the migration or remove the file")
        nul = content.find(b"\0")
        if nul >= 0:
            self.refuse(nul, "a NUL byte, which no SQL text may hold", "remove it, or save the file as UTF-8")
        try:
            content.decode()
        except UnicodeDecodeError as error:
            self.refuse(error.start, f"byte 0x{content[error.start]:02x} is not UTF-8", "save the file as UTF-8")
        if not content.startswith(_BYTE_ORDER_MARK):
            return 0
        self.refuse(0, "the file starts with a byte order mark", "save it as UTF-8 without one")
        return len(_BYTE_ORDER_MARK)

    def _check_alone(self) -> None:
        if len(self.statements) != 1:
            # They would share a transaction after all.
            what = f"a file marked no-transaction holds one statement, this one {len(self.statements)}"
            self.refuse(self.statements[1].start if self.statements else 0, what, "give each its own file")
            return
        [statement] = self.statements
        expected = find_index(statement, self._content)
        self.index, self.table = expected or ("", "")
        if expected is None:
            what = f"{statement.excerpt(self._content)}: a statement outside of a transaction has to be repeatable"
            self.refuse(statement.start, what, find_remedy(statement, self._content))


def check_files(pending: Sequence[MigrationFile]) -> list[Inspection]:
    """Of each file, in order; with a problem in any of them nothing may be sent."""
    inspections: list[Inspection] = []
    names: dict[str, str] = {}
    before: MigrationFile | None = None
    for file in pending:
        inspection = Inspection(file.name, file.content)
        inspections.append(inspection)
        twin = names.setdefault(file.checksum, file.name)
        if twin != file.name:
            # Recorded content counts as applied, so after a crash only one of the two would ever run.
            inspection.refuse(0, f"the content is that of {twin}", "remove one, or tell them apart by a comment")
        if before is not None and int(file.digits) < int(before.digits):
            what = f"it would run after {before.name}, whose number is higher: names are sorted by their characters"
            inspection.refuse(0, what, "give all numbers the same width (09_name.sql, 10_name.sql)")
        else:
            before = file
        size = 0 if inspection.problems else len(encode(compose_file(file, "", 0)[0]))
        if size > BODY_LIMIT:
            what = f"the request would be {size} bytes, the service takes {BODY_LIMIT}"
            inspection.refuse(0, what, "split the file")
    return inspections
