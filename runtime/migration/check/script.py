"""Pending files, checked: everything that can be known to be wrong before anything is sent."""

from __future__ import annotations

from runtime.migration.check.inspection import inspect_migration
from runtime.migration.check.non_transactional import Effect, find_effect
from runtime.migration.check.problems import Problem
from runtime.migration.queries import compose_file
from runtime.services.supabase import BODY_LIMIT, encode

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from runtime.migration.files import MigrationFile


class Script:
    """A file that can be sent. `effect` is what its statement does where it has to go alone, else None."""

    __slots__ = ("effect", "file")

    def __init__(self, file: MigrationFile, effect: Effect | None) -> None:
        self.file = file
        self.effect = effect


def check_files(pending: Iterable[MigrationFile]) -> tuple[list[Script], list[Problem]]:
    """The scripts in order, and all problems of all files; with a problem nothing may be sent."""
    scripts: list[Script] = []
    problems: list[Problem] = []
    names: dict[str, str] = {}
    for file in pending:
        twin = names.setdefault(file.checksum, file.name)
        if twin != file.name:
            # Recorded content counts as applied, so after a crash only one of the two would ever run.
            remedy = "remove one, or tell them apart by a comment"
            problems.append(Problem(file.name, 1, f"the content is that of {twin}", remedy))
        found, script = _check(file)
        problems += found
        scripts.append(script)
    return scripts, problems


def _check(file: MigrationFile) -> tuple[list[Problem], Script]:
    inspection = inspect_migration(file.name, file.content)
    problems = list(inspection.problems)
    if problems:
        return problems, Script(file, None)
    size = len(encode(compose_file(file, "").text))
    if size > BODY_LIMIT:
        what = f"the request would be {size} bytes, the service takes {BODY_LIMIT}"
        problems.append(Problem(file.name, 1, what, "split the file"))
    effect = find_effect(inspection, file.content) if inspection.no_transaction else None
    if isinstance(effect, Problem):
        return [*problems, effect], Script(file, None)
    return problems, Script(file, effect)
