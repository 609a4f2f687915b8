"""Pending files, checked: everything that can be known to be wrong before anything is sent."""

from __future__ import annotations

from collections.abc import Sequence

from runtime.migration.check.inspection import inspect_migration
from runtime.migration.check.non_transactional import ExpectedResult, find_expected_result
from runtime.migration.check.problems import Flaw, Problem
from runtime.migration.files import MigrationFile
from runtime.migration.queries import compose_file
from runtime.services.supabase import BODY_LIMIT, encode


class Script:
    """A file that can be sent. `expected`: what its statement leaves if it has to go alone, else None."""

    __slots__ = ("expected", "file")

    def __init__(self, file: MigrationFile, expected: ExpectedResult | None) -> None:
        self.file = file
        self.expected = expected


def check_files(pending: Sequence[MigrationFile]) -> tuple[list[Script], list[Problem]]:
    """The scripts in order, and all problems of all files; with a problem nothing may be sent."""
    scripts: list[Script] = []
    problems: list[Problem] = []
    names: dict[str, str] = {}
    before: MigrationFile | None = None
    for file in pending:
        twin = names.setdefault(file.checksum, file.name)
        if twin != file.name:
            # Recorded content counts as applied, so after a crash only one of the two would ever run.
            remedy = "remove one, or tell them apart by a comment"
            problems.append(Problem(file.name, 1, f"the content is that of {twin}", remedy))
        if before is not None and int(file.digits) < int(before.digits):
            what = f"it would run after {before.name}, whose number is higher: names are sorted by their characters"
            problems.append(Problem(file.name, 1, what, "give all numbers the same width (09_name.sql, 10_name.sql)"))
        else:
            before = file
        scripts.append(_check(file, problems))
    return scripts, problems


def _check(file: MigrationFile, problems: list[Problem]) -> Script:
    inspection = inspect_migration(file.name, file.content)
    problems += inspection.problems
    if inspection.problems:
        return Script(file, None)
    size = len(encode(compose_file(file, "").text))
    if size > BODY_LIMIT:
        what = f"the request would be {size} bytes, the service takes {BODY_LIMIT}"
        problems.append(Problem(file.name, 1, what, "split the file"))
    if not inspection.no_transaction:
        return Script(file, None)
    statement = inspection.statements[0]
    expected = find_expected_result(statement, file.content)
    if isinstance(expected, Flaw):
        problems.append(Problem(file.name, statement.line, expected.what, expected.remedy))
        return Script(file, None)
    return Script(file, expected)
