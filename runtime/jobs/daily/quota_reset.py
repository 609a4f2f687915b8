"""Resets the daily pipeline counters of all organizations."""

from __future__ import annotations

from runtime.context import Context
from runtime.process.outcome import Outcome
from runtime.services.admin_api import AdminApi


def run(context: Context) -> Outcome:
    """Safe to repeat, one after the other: an organization that has today's row keeps it."""
    api = AdminApi(context.admin_client())
    answer = api.count("/admin/quota/reset-daily", "orgs_processed", "orgs_created", "orgs_skipped")
    return answer.conclude("quota reset-daily")
