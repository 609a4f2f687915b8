"""Resets the daily pipeline counters of all organizations."""

from __future__ import annotations

from runtime.services.quota_call import call_quota

TYPE_CHECKING = False
if TYPE_CHECKING:
    from runtime.context import Context, Outcome


def run(context: Context) -> Outcome:
    """Safe to repeat: a counter that was reset is zero already."""
    return call_quota(context, "reset-daily")
