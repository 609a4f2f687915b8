"""Fixes concurrent-run counters that got stuck; a safety net, most heal themselves."""

from __future__ import annotations

from runtime.context import Context
from runtime.process.outcome import Outcome
from runtime.services.admin_api import AdminApi


def run(context: Context) -> Outcome:
    """Safe to repeat: a counter that is right stays as it is."""
    api = AdminApi(context.admin_client())
    answer = api.count("/admin/quota/cleanup-stale", "orgs_processed", "orgs_created", "orgs_skipped")
    return answer.conclude("quota cleanup-stale")
