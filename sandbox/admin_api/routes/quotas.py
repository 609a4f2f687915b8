"""The quota calls. They take no body, and say `success` also when they did nothing."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Depends, HTTPException

from sandbox.admin_api.access import State, require_key
from sandbox.admin_api.errors import FrontEndTimeout
from sandbox.admin_api.state import AdminState

PREFIX = "/api/v1{quota_prefix}"
router = APIRouter(dependencies=[Depends(require_key)])


@router.post("/reset-daily")
async def reset_daily(state: State) -> dict[str, Any]:
    """Opens the day for every active organization that has no row yet."""
    _require_bigquery(state, "Daily quota reset")
    active, today = state.active_slugs(), state.now().date()
    missing = state.quota.find_missing(active, today)
    # Looked up first, written later: two at the same time both find a row missing.
    if not await state.work(state.reset_seconds, lambda: state.quota.open_day(missing, today)):
        raise FrontEndTimeout
    message, skipped = "Daily quota reset complete in 0.10s", len(active) - len(missing)
    return _answer(len(active), message, created=len(missing), skipped=skipped)


@router.post("/reset-monthly")
async def reset_monthly(state: State) -> dict[str, Any]:
    """Resets the month's counters, on the first day of a month only."""
    _require_bigquery(state, "Monthly quota reset")
    today = state.now().date()
    if today.day != 1:
        return _answer(0, f"Skipped: Not the 1st of the month (day={today.day})")
    count = state.quota.reset_month(today)
    return _answer(count, f"Monthly quota reset complete: {count} orgs reset in 0.10s")


@router.post("/cleanup-stale")
async def cleanup_stale(state: State) -> dict[str, Any]:
    """Corrects the counts of running pipelines that got stuck."""
    _require_bigquery(state, "Stale cleanup")
    count = state.quota.settle(state.now().date())
    return _answer(count, f"Stale cleanup complete: {count} orgs fixed in 0.10s", created=count)


def _require_bigquery(state: AdminState, work: str) -> None:
    if not state.bigquery or state.meta.tables is None:
        raise HTTPException(500, f"{work} failed: 404 Not found: Dataset organizations")


def _answer(processed: int, message: str, *, created: int = 0, skipped: int = 0) -> dict[str, Any]:
    return {
        "success": True,
        "orgs_processed": processed,
        "orgs_created": created,
        "orgs_skipped": skipped,
        "message": message,
    }
