"""Resets the monthly pipeline counters, on the 1st of a month only."""

from __future__ import annotations

from runtime.context import Outcome
from runtime.services.quota_call import call_quota

TYPE_CHECKING = False
if TYPE_CHECKING:
    from runtime.context import Context


def run(context: Context) -> Outcome:
    """Ends as `skipped`, with a warning that names the date, where the service reset nothing."""
    outcome = call_quota(context, "reset-monthly")
    message = str(outcome.details.get("answer", ""))
    if outcome.status != "done" or not message.lower().startswith("skipped"):
        return outcome
    today = f"{context.clock.now():%Y-%m-%d}"
    reason = f"nothing was reset: today is {today} (UTC), the service resets on the 1st only; it says: {message}"
    context.log.warning("nothing_reset", date=today, answer=message)
    return Outcome("skipped", outcome.counts, reason, details=outcome.details)
