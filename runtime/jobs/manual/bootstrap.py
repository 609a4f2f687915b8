"""Creates the platform's meta tables, or adds what is missing; never destroys."""

from __future__ import annotations

from runtime.context import Context
from runtime.process.errors import JobError
from runtime.process.outcome import Outcome
from runtime.services.admin_answers import Sync
from runtime.services.admin_api import AdminApi, accept

NO_FORCE = {"force_recreate_dataset": False, "force_recreate_tables": False}
MISSING_ADDITIONS = {"sync_missing_tables": True, "sync_missing_columns": True}


def run(context: Context) -> Outcome:
    """Done only if the service, asked afresh afterwards, has everything that it expects."""
    api = AdminApi(context.admin_client())
    counts = {"tables_created": 0, "columns_added": 0}
    context.progress.count = lambda: counts
    if not _create(context, api, counts):
        response = api.post("/admin/bootstrap/sync", MISSING_ADDITIONS, needs_tables=False)
        sync = Sync(accept(response))
        counts["tables_created"] += sync.tables_created
        counts["columns_added"] += sync.columns_added
        if sync.problem:
            raise JobError(sync.problem, "fix them, then rerun bootstrap")
    status = api.bootstrap_status()
    counts["tables"] = status.tables
    surplus = status.require_whole("rerun bootstrap; if it stays so, see the API service's log")
    reason = f"nothing is missing; extra columns, which a sync keeps: {surplus}" if surplus else ""
    return Outcome("done", counts, reason)


def _create(context: Context, api: AdminApi, counts: dict[str, int]) -> bool:
    # NOT_BOOTSTRAPPED alone never proves an empty project; a creation without force flags harms none,
    # and the service refuses it (409) if there is something already.
    if "--force-sync" in context.options:
        return False
    if "--force-fresh" not in context.options:
        status = api.bootstrap_status()
        context.log.info("bootstrap_status", state=status.state, tables=status.tables)
        if status.state != "NOT_BOOTSTRAPPED":
            return False
    response = api.post("/admin/bootstrap", NO_FORCE, needs_tables=False)
    if response.status == 409:
        context.log.info("bootstrapped_already")
        return False
    counts["tables_created"] += len(accept(response).texts("tables_created"))
    return True
