"""Resets the monthly pipeline counters, on the 1st of a month only."""

from __future__ import annotations

from runtime.context import Context
from runtime.organizations.calls import count_organizations
from runtime.process.outcome import Outcome
from runtime.services.admin_answers import Counted
from runtime.services.admin_api import AdminApi

COUNTS = ("orgs_processed", "orgs_created", "orgs_skipped")
TODAY = "run quota-reset, then quota-monthly, today: on no other day can the month be reset"
# Two calls of the service after the wait.
RESERVE_SECONDS = 120.0


def run(context: Context) -> Outcome:
    """Done only if every active organization was reset; `skipped`, with a warning that names the date, on other days.

    The service resets the rows of today, and before quota-reset has made them there are none: a reset of nobody says
    success anyway, and later that day last month's count is carried over.
    """
    api = AdminApi(context.admin_client())
    answer = _reset(api)
    if _is_skipped(answer):
        return _report_skip(context, answer)
    if answer.problem or answer.counts["orgs_processed"] >= count_organizations(api):
        return answer.conclude("quota reset-monthly")
    context.log.warning("rows_missing", **answer.counts, consequence="today's rows are made, then the month is reset")
    # Imported here: a month whose rows are there needs none of it.
    from runtime.overlap import wait_for_others

    wait_for_others(context, RESERVE_SECONDS, TODAY)
    daily = api.count("/admin/quota/reset-daily", *COUNTS)
    if daily.problem:
        return Outcome("failed", answer.counts, f"quota reset-daily: {daily.problem}", TODAY)
    answer, active = _reset(api), count_organizations(api)
    processed = answer.counts["orgs_processed"]
    if answer.problem or processed >= active:
        return answer.conclude("quota reset-monthly")
    return Outcome("failed", answer.counts, f"only {processed} of {active} active organizations were reset", TODAY)


def _reset(api: AdminApi) -> Counted:
    return api.count("/admin/quota/reset-monthly", *COUNTS)


def _is_skipped(answer: Counted) -> bool:
    nobody = not answer.counts["orgs_processed"]
    return nobody and not answer.problem and answer.message.lower().startswith("skipped")


def _report_skip(context: Context, answer: Counted) -> Outcome:
    today = f"{context.clock.now():%Y-%m-%d}"
    reason = f"nothing was reset: today is {today} (UTC), the service resets on the 1st only; it says: {answer.message}"
    context.log.warning("nothing_reset", date=today, answer=answer.message)
    return Outcome("skipped", answer.counts, reason, details={"answer": answer.message})
