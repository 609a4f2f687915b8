"""What the admin API answers, as immutable objects; a wrong shape is an UnexpectedAnswer."""

from __future__ import annotations

from runtime.process.errors import JobError, UnexpectedAnswer
from runtime.process.outcome import Outcome
from runtime.services.json_reader import Fields, describe

BOOTSTRAP_STATES = ("SYNCED", "OUT_OF_SYNC", "NOT_BOOTSTRAPPED")
SYNC_STATES = ("SUCCESS", "PARTIAL")
# FR-SJ-002.2: a bootstrapped platform has 21 meta tables or more.
LEAST_TABLES = 21


class BootstrapStatus:
    """GET /admin/bootstrap/status; columns are written as `table: column, column`."""

    def __init__(self, fields: Fields) -> None:
        self.state = _read_state(fields, BOOTSTRAP_STATES)
        self.tables = len(fields.texts("tables_existing"))
        self.tables_missing = fields.texts("tables_missing")
        self.tables_extra = fields.texts("tables_extra", [])
        self.message = fields.text("message", "")
        self.missing_columns = _read_columns(fields, "missing_columns")
        self.extra_columns = _read_columns(fields, "extra_columns")

    def describe_missing(self) -> str:
        """What bootstrap has to add, tables first since their columns come with them; empty if nothing is missing."""
        tables = f"missing tables: {', '.join(self.tables_missing)}" if self.tables_missing else ""
        columns = f"missing columns: {'; '.join(self.missing_columns)}" if self.missing_columns else ""
        return "; ".join(filter(None, (tables, columns)))

    def require_whole(self, remedy: str) -> str:
        """What there is too much of, else empty; raises JobError, with the remedy, if the platform lacks anything.

        A sync only adds: a platform with columns of earlier versions stays OUT_OF_SYNC for ever, and is whole.
        """
        missing = self.describe_missing()
        surplus = "; ".join((*self.extra_columns, *self.tables_extra))
        if missing or (self.state != "SYNCED" and not (self.state == "OUT_OF_SYNC" and surplus)):
            raise JobError(f"the platform is {self.state}, {missing or self.message or 'without a reason'}", remedy)
        if self.tables < LEAST_TABLES:
            problem = f"only {self.tables} meta tables exist, at least {LEAST_TABLES} are needed"
            raise JobError(problem, "the API service's schema files look incomplete: deploy it again")
        return "; ".join(self.extra_columns)


class Sync:
    """POST /admin/bootstrap/sync and /organizations/{slug}/sync; `problem` is empty unless the sync is partial."""

    def __init__(self, fields: Fields) -> None:
        partial = _read_state(fields, SYNC_STATES) == "PARTIAL"
        errors = "; ".join(fields.texts("errors", []))
        if partial and not errors:
            errors = fields.text("message", "") or "the service names no error"
        self.problem = f"the sync is partial: {errors}" if errors else ""
        self.tables_created = len(fields.texts("tables_created"))
        columns = fields.members("columns_added").values()
        self.columns_added = sum(len(names) for names in columns if isinstance(names, list))


class OrganizationPage:
    """GET /organizations. `total` counts all that are active; `has_next` is wrong at times, and not read."""

    def __init__(self, fields: Fields) -> None:
        self.slugs = tuple(organization.text("org_slug") for organization in fields.items("organizations"))
        self.total = fields.number("total")


class Counted:
    """An answer of counts: `{success, message, ...}`; `problem` says why a 200 is no success, else it is empty."""

    def __init__(self, fields: Fields, names: tuple[str, ...]) -> None:
        """`names` of the counts; the first one has to be there."""
        succeeded = fields.flag("success")
        self.message = fields.text("message", "")
        self.counts = {names[0]: fields.number(names[0])} | {name: fields.number(name, 0) for name in names[1:]}
        self.problem = "" if succeeded else self.message or "the service says success: false"

    def conclude(self, what: str) -> Outcome:
        """How a job ends whose work is this one call."""
        details = {"answer": self.message}
        if self.problem:
            return Outcome("failed", self.counts, f"{what}: {self.problem}", "see the API service's log", details)
        return Outcome("done", self.counts, details=details)


def _read_state(fields: Fields, known: tuple[str, ...]) -> str:
    state = fields.text("status")
    if state not in known:
        raise UnexpectedAnswer(f"{fields.where}: status is {describe(state)}, not one of {', '.join(known)}")
    return state


def _read_columns(fields: Fields, kind: str) -> tuple[str, ...]:
    diffs = fields.members("schema_diffs", {})
    tables = [(table, Fields(diff, f"{fields.where}: {table}")) for table, diff in diffs.items()]
    found = [(table, diff.texts(kind, [])) for table, diff in tables]
    return tuple(f"{table}: {', '.join(columns)}" for table, columns in found if columns)
