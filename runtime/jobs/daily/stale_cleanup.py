"""Fixes concurrent-run counters that got stuck; a safety net, most heal themselves."""

from __future__ import annotations

from runtime.services.admin_api import AdminApi

TYPE_CHECKING = False
if TYPE_CHECKING:
    from runtime.context import Context, Outcome


def run(context: Context) -> Outcome:
    """Safe to repeat: a counter that is right stays as it is."""
    answer = AdminApi.of(context).count("/admin/quota/cleanup-stale", "orgs_processed", "orgs_created", "orgs_skipped")
    return answer.conclude("quota cleanup-stale")
