"""Fixes concurrent-run counters that got stuck; a safety net, most heal themselves."""

from __future__ import annotations

from runtime.services.quota_call import call_quota

TYPE_CHECKING = False
if TYPE_CHECKING:
    from runtime.context import Context, Outcome


def run(context: Context) -> Outcome:
    """Safe to repeat: a counter that is right stays as it is."""
    return call_quota(context, "cleanup-stale")
