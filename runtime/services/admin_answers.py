"""What the admin API answers, as immutable objects; a wrong shape is an UnexpectedAnswer."""

from __future__ import annotations

from runtime.config.json_reader import Fields, describe
from runtime.process.errors import UnexpectedAnswer

TYPE_CHECKING = False
if TYPE_CHECKING:
    from runtime.net.response import Response

BOOTSTRAP_STATES = ("SYNCED", "OUT_OF_SYNC", "NOT_BOOTSTRAPPED")
SYNC_STATES = ("SUCCESS", "PARTIAL")


def read_fields(response: Response) -> Fields:
    """The answer's JSON object."""
    return Fields(response.json(), f"{response.call} answered {response.status}", UnexpectedAnswer)


class BootstrapStatus:
    """GET /admin/bootstrap/status."""

    __slots__ = ("message", "state", "tables_existing", "tables_expected", "tables_missing")

    def __init__(self, fields: Fields) -> None:
        self.state = _read_state(fields, BOOTSTRAP_STATES)
        self.tables_expected = fields.number("tables_expected")
        self.tables_existing = fields.texts("tables_existing")
        self.tables_missing = fields.texts("tables_missing")
        self.message = fields.text("message", "")


class Creation:
    """POST /admin/bootstrap."""

    __slots__ = ("tables_created", "tables_existed")

    def __init__(self, fields: Fields) -> None:
        self.tables_created = fields.texts("tables_created")
        self.tables_existed = fields.texts("tables_existed")


class Sync:
    """POST /admin/bootstrap/sync and /organizations/{slug}/sync; `errors` is empty unless the sync is partial."""

    __slots__ = ("columns_added", "errors", "tables_created")

    def __init__(self, fields: Fields) -> None:
        partial = _read_state(fields, SYNC_STATES) == "PARTIAL"
        self.errors = fields.texts("errors", [])
        if partial and not self.errors:
            self.errors = (fields.text("message", "") or "the service names no error",)
        self.tables_created = len(fields.texts("tables_created"))
        columns = fields.members("columns_added").values()
        self.columns_added = sum(len(names) for names in columns if isinstance(names, list))


class OrganizationPage:
    """GET /organizations."""

    __slots__ = ("has_next", "slugs", "total")

    def __init__(self, fields: Fields) -> None:
        self.slugs = tuple(organization.text("org_slug") for organization in fields.items("organizations"))
        self.total = fields.number("total")
        self.has_next = fields.flag("has_next")


class QuotaResult:
    """The three quota calls; `problem` says why a 200 is no success, else it is empty."""

    __slots__ = ("message", "orgs_created", "orgs_processed", "orgs_skipped", "problem")

    def __init__(self, fields: Fields) -> None:
        succeeded = fields.flag("success")
        self.message = fields.text("message", "")
        self.orgs_processed = fields.number("orgs_processed")
        self.orgs_created = fields.number("orgs_created", 0)
        self.orgs_skipped = fields.number("orgs_skipped", 0)
        self.problem = "" if succeeded else self.message or "the service says success: false"


class AlertsResult:
    """POST /admin/alerts/process-all; `org_errors` names at most 10 of the `errors`."""

    __slots__ = (
        "alerts_triggered",
        "errors",
        "message",
        "notifications_sent",
        "org_errors",
        "orgs_processed",
        "success",
    )

    def __init__(self, fields: Fields) -> None:
        self.success = fields.flag("success")
        self.orgs_processed = fields.number("orgs_processed")
        self.alerts_triggered = fields.number("alerts_triggered")
        self.notifications_sent = fields.number("notifications_sent")
        self.errors = fields.number("errors")
        self.org_errors = tuple(
            f"{entry.text('org_slug', '?')}: {entry.text('error', '?')}" for entry in fields.items("org_errors", [])
        )
        self.message = fields.text("message", "")


def _read_state(fields: Fields, known: tuple[str, ...]) -> str:
    state = fields.text("status")
    if state not in known:
        raise UnexpectedAnswer(f"{fields.where}: status is {describe(state)}, not one of {', '.join(known)}")
    return state
