"""Resets the daily pipeline counters of all organizations."""

from __future__ import annotations

from runtime.services.admin_api import AdminApi

TYPE_CHECKING = False
if TYPE_CHECKING:
    from runtime.context import Context, Outcome


def run(context: Context) -> Outcome:
    """Safe to repeat, one after the other: an organization that has today's row keeps it."""
    answer = AdminApi.of(context).count("/admin/quota/reset-daily", "orgs_processed", "orgs_created", "orgs_skipped")
    return answer.conclude("quota reset-daily")
