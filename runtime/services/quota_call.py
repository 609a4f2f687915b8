"""One of the service's three quota calls, and how a job ends with its answer."""

from __future__ import annotations

from runtime.context import Outcome
from runtime.services.admin_api import AdminApi

TYPE_CHECKING = False
if TYPE_CHECKING:
    from runtime.context import Context


def call_quota(context: Context, name: str) -> Outcome:
    """`reset-daily`, `reset-monthly` or `cleanup-stale`: `failed` where the service says success: false."""
    result = AdminApi.of(context).call_quota(name)
    counts = {
        "orgs_processed": result.orgs_processed,
        "orgs_created": result.orgs_created,
        "orgs_skipped": result.orgs_skipped,
    }
    details = {"answer": result.message}
    if result.problem:
        return Outcome("failed", counts, f"quota {name}: {result.problem}", "see the API service's log", details)
    return Outcome("done", counts, details=details)
