"""Alerts: each run notifies everybody concerned, once more."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Depends, HTTPException

from sandbox.admin_api.access import State, require_key
from sandbox.admin_api.bodies import AlertsBody
from sandbox.admin_api.organizations import Organization
from sandbox.admin_api.state import AdminState, Notification

ERRORS_SHOWN = 10

PREFIX = "/api/v1/admin/alerts"
router = APIRouter(dependencies=[Depends(require_key)])


@router.post("/process-all")
async def process_all(state: State, body: AlertsBody) -> dict[str, Any]:
    """Evaluates the alerts of all active organizations or of one; failed ones are in an answer that says success."""
    body.note_violations(state)
    if not state.bigquery or state.meta.tables is None:
        raise HTTPException(500, "Process all alerts failed: 404 Not found: Dataset organizations")
    chosen = _choose(state, body.org_slug)
    failed = [each for each in chosen if each.alert_error]
    due = [
        Notification(each.slug, alert_type)
        for each in chosen
        for alert_type in each.due_alerts
        if alert_type in body.alert_types
    ]
    reached = {each.slug for each in chosen if each.delivers}
    # One that reaches nobody is no error to the service: only the two counts tell.
    sent = (
        [each for each in due if each.organization in reached] if body.send_notifications and not body.dry_run else []
    )
    state.notifications += sent
    return {
        "success": True,
        "orgs_processed": len(chosen) - len(failed),
        "alerts_triggered": len(due),
        "notifications_sent": len(sent),
        "errors": len(failed),
        "org_errors": [{"org_slug": each.slug, "error": each.alert_error} for each in failed[:ERRORS_SHOWN]],
        "message": f"{len(due)} alerts triggered, {len(sent)} notifications sent",
    }


def _choose(state: AdminState, slug: str | None) -> list[Organization]:
    active = [each for each in state.organizations.values() if each.active]
    # An empty slug means all of them, as if there were none.
    if not slug:
        return active
    chosen = [each for each in active if each.slug == slug]
    if not chosen:
        raise HTTPException(404, f"Organization '{slug}' not found")
    return chosen
