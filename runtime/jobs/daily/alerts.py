"""Evaluates the cost alerts of all organizations and sends the notifications."""

from __future__ import annotations

from runtime.context import Outcome
from runtime.net.client import NoAnswer
from runtime.net.retry import GaveUp
from runtime.process.errors import JobError, UnexpectedAnswer
from runtime.services.admin_answers import AlertsResult, read_fields
from runtime.services.admin_api import AdminApi, Refused

TYPE_CHECKING = False
if TYPE_CHECKING:
    from runtime.context import Context
    from runtime.net.response import Response

MAY_NOTIFY_TWICE = (
    "it may have notified already: a re-run may notify twice; look at the notifications before `alerts --again`"
)


def run(context: Context) -> Outcome:
    """Notifies at most once: a request that the server may have acted on is never sent again."""
    slug, notify = context.options.value("--org"), not context.options.has("--dry-run")
    api = AdminApi.of(context)
    if notify:
        context.progress.declare(MAY_NOTIFY_TWICE)
    try:
        response = api.process_alerts(slug, notify=notify)
    except (NoAnswer, GaveUp) as error:
        if notify and error.maybe_processed:
            raise JobError(error.problem, MAY_NOTIFY_TWICE) from error
        raise
    result = _read(response, slug, notify)
    counts = {
        "orgs_processed": result.orgs_processed,
        "alerts_triggered": result.alerts_triggered,
        "notifications_sent": result.notifications_sent,
        "errors": result.errors,
    }
    if result.success and not result.errors and not result.org_errors:
        return Outcome("done", counts)
    named = "; ".join(result.org_errors) or result.message or "the service names none"
    failed = (
        f"{max(result.errors, len(result.org_errors))} organizations failed" if result.success else "success: false"
    )
    return Outcome("failed", counts, f"alerts: {failed}: {named}", "re-run each with `alerts --org SLUG --again`")


def _read(response: Response, slug: str | None, notify: bool) -> AlertsResult:
    if response.status == 200:
        try:
            return AlertsResult(read_fields(response))
        except UnexpectedAnswer as error:
            raise UnexpectedAnswer(error.problem, MAY_NOTIFY_TWICE if notify else "") from error
    if response.status == 404 and slug is not None and not response.is_unknown_route:
        raise Refused(response, f"check the slug {slug!r}")
    # A client's error was refused before anything was evaluated; anything else came who knows when.
    refused = 300 <= response.status < 500 and response.status != 408
    raise Refused(response, MAY_NOTIFY_TWICE if notify and not refused else "")
