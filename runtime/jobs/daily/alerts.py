"""Evaluates the cost alerts of all organizations and sends the notifications."""

from __future__ import annotations

from runtime.context import Context
from runtime.net.client import NoAnswer
from runtime.net.response import Response
from runtime.net.retry import GaveUp
from runtime.net.retry_policy import repeatable, unsent
from runtime.process.errors import JobError, UnexpectedAnswer
from runtime.process.outcome import Outcome
from runtime.services.admin_api import AdminApi, Refused
from runtime.services.json_reader import Fields, read_fields

COUNTS = ("orgs_processed", "alerts_triggered", "notifications_sent", "errors")
MAY_NOTIFY_TWICE = (
    "it may have notified already: a re-run may notify twice; look at the notifications before `alerts --again`"
)
LOOK_FIRST = (
    "look first with `alerts --org SLUG --dry-run`: `alerts --org SLUG --again` may notify twice, "
    "since those that were notified are notified again"
)

NOBODY_NOTIFIED = "nobody was notified; see the API service's log"


def run(context: Context) -> Outcome:
    """Notifies at most once: a request that the service may have acted on is never sent again."""
    slug, notify = context.options.get("--org"), "--dry-run" not in context.options
    body = {"send_notifications": notify, "dry_run": not notify, **({} if slug is None else {"org_slug": slug})}
    api = AdminApi(context.admin_client())
    if notify:
        context.progress.declare(MAY_NOTIFY_TWICE)
    try:
        response = api.post("/admin/alerts/process-all", body, unsent if notify else repeatable)
        fields = _read(response, slug, notify)
        counts = {name: fields.number(name) for name in COUNTS}
        context.progress.count = lambda: counts
        problem = _find_problem(fields, counts, notify)
    except (NoAnswer, GaveUp) as error:
        if notify and error.maybe_processed:
            raise JobError(error.problem, MAY_NOTIFY_TWICE) from error
        raise
    except UnexpectedAnswer as error:
        raise UnexpectedAnswer(error.problem, MAY_NOTIFY_TWICE if notify else "") from error
    if problem:
        return Outcome("failed", counts, f"alerts: {problem}", LOOK_FIRST if notify else NOBODY_NOTIFIED)
    return Outcome("done", counts)


def _read(response: Response, slug: str | None, notify: bool) -> Fields:
    if response.status == 200:
        return read_fields(response)
    if response.status == 404 and slug is not None and not response.is_unknown_route:
        raise Refused(response, f"check the slug {slug!r}")
    # A client's error was refused before anything was evaluated; nobody knows when anything else happened.
    refused = 300 <= response.status < 500 and response.status != 408
    raise Refused(response, MAY_NOTIFY_TWICE if notify and not refused else "")


def _find_problem(fields: Fields, counts: dict[str, int], notify: bool) -> str:
    """What a 200 hides: organizations that failed, of which ten at most are named, and notifications that got lost."""
    named = [f"{each.text('org_slug', '?')}: {each.text('error', '?')}" for each in fields.items("org_errors", [])]
    failed = max(counts["errors"], len(named))
    problems = [f"{failed} organizations failed"] if failed else []
    if not fields.flag("success"):
        problems = ["success: false"]
    if problems:
        problems[0] += f": {'; '.join(named) or fields.text('message', '') or 'the service names none'}"
    triggered, sent = counts["alerts_triggered"], counts["notifications_sent"]
    if notify and sent < triggered:
        problems.append(f"{triggered} alerts were triggered, but only {sent} notifications were sent")
    return "; ".join(problems)
