"""Creates the platform's meta tables, or adds what is missing; never destroys."""

from __future__ import annotations

from runtime.context import Outcome
from runtime.services.admin_api import AdminApi

TYPE_CHECKING = False
if TYPE_CHECKING:
    from runtime.context import Context

# FR-SJ-002.2: a bootstrapped platform has 21 meta tables or more.
LEAST_TABLES = 21


def run(context: Context) -> Outcome:
    """Done only when the service, asked afresh afterwards, says SYNCED with enough tables."""
    api = AdminApi.of(context)
    counts = {"tables_created": 0, "columns_added": 0}
    if not _create(context, api, counts):
        sync = api.sync()
        counts["tables_created"] += sync.tables_created
        counts["columns_added"] += sync.columns_added
        if sync.errors:
            return Outcome(
                "failed", counts, f"the sync is partial: {'; '.join(sync.errors)}", "mend them, run bootstrap again"
            )
    status = api.bootstrap_status(force_refresh=True)
    counts["tables"] = len(status.tables_existing)
    if status.state != "SYNCED":
        missing = f", missing: {', '.join(status.tables_missing)}" if status.tables_missing else ""
        reason = f"the platform is {status.state} afterwards{missing}: {status.message}"
        return Outcome("failed", counts, reason, "run bootstrap again; if it stays so, see the API service's log")
    if len(status.tables_existing) < LEAST_TABLES:
        reason = f"only {len(status.tables_existing)} meta tables exist, at least {LEAST_TABLES} are needed"
        return Outcome("failed", counts, reason, "the API service's schema files look incomplete: deploy it again")
    return Outcome("done", counts)


def _create(context: Context, api: AdminApi, counts: dict[str, int]) -> bool:
    # NOT_BOOTSTRAPPED alone never proves an empty project; a creation without force flags harms none,
    # and the service refuses it (409) where there is something already.
    if context.options.has("--force-sync"):
        return False
    if not context.options.has("--force-fresh"):
        status = api.bootstrap_status(force_refresh=True)
        context.log.info("bootstrap_status", state=status.state, tables=len(status.tables_existing))
        if status.state != "NOT_BOOTSTRAPPED":
            return False
    creation = api.create()
    if creation is None:
        context.log.info("bootstrapped_already")
        return False
    counts["tables_created"] += len(creation.tables_created)
    return True
