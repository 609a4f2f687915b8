"""Bootstrap: its status with a cache of a minute, its creation, its sync."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Depends, HTTPException

from sandbox.admin_api.access import State, require_key
from sandbox.admin_api.bodies import BootstrapBody, SyncBody
from sandbox.admin_api.errors import route_limit_exceeded
from sandbox.admin_api.limits import SlidingWindow
from sandbox.admin_api.meta_tables import META_TABLES
from sandbox.admin_api.state import AdminState

CACHE_SECONDS = 60.0

PREFIX = "/api/v1/admin/bootstrap"
router = APIRouter(dependencies=[Depends(require_key)])


@router.get("/status")
async def show_status(state: State, force_refresh: bool = False) -> dict[str, Any]:
    """Whether the tables are those expected. Out of BigQuery's reach it takes the project for an empty one."""
    now = state.now().timestamp()
    if state.cached_status and not force_refresh and now - state.cached_status[0] <= CACHE_SECONDS:
        return state.cached_status[1]
    status = _status(state)
    if status["dataset_exists"]:
        state.cached_status = (now, status)
    return status


@router.post("")
async def bootstrap(state: State, body: BootstrapBody) -> dict[str, Any]:
    """Creates dataset and tables, unless the dataset exists."""
    body.note_violations(state)
    _limit(state, state.bootstrap_calls, "admin_bootstrap")
    if not state.bigquery:
        raise HTTPException(500, "Failed to bootstrap system. Please check server logs.")
    if body.force_recreate_dataset or body.force_recreate_tables:
        state.meta.tables = None
    if state.meta.tables is not None:
        raise HTTPException(
            409, "System already bootstrapped. Use force_recreate_dataset=true to recreate (DANGEROUS)."
        )
    change = state.meta.sync(tables=True, columns=False)
    return {
        "status": "SUCCESS",
        "dataset_created": True,
        "tables_created": change.tables_created,
        "tables_existed": [],
        "total_tables": len(META_TABLES),
        "message": f"{len(change.tables_created)} tables created",
    }


@router.post("/sync")
async def sync(state: State, body: SyncBody) -> dict[str, Any]:
    """Adds missing tables and columns. What it could not add is in `errors` of an answer that says 200."""
    body.note_violations(state)
    _limit(state, state.sync_calls, "admin_bootstrap_sync")
    if not state.bigquery:
        raise HTTPException(500, "Bootstrap sync failed. Please check server logs.")
    change = state.meta.sync(tables=body.sync_missing_tables, columns=body.sync_missing_columns)
    return {
        "status": "PARTIAL" if change.errors else "SUCCESS",
        "tables_created": change.tables_created,
        "columns_added": change.columns_added,
        "errors": change.errors,
        "message": f"{len(change.tables_created)} tables created, {len(change.errors)} errors",
    }


def _status(state: AdminState) -> dict[str, Any]:
    exists = state.bigquery and state.meta.tables is not None
    missing = state.meta.missing_tables() if exists else list(META_TABLES)
    diffs = state.meta.schema_diffs() if exists else {}
    in_sync = "OUT_OF_SYNC" if missing or diffs else "SYNCED"
    return {
        "status": in_sync if exists else "NOT_BOOTSTRAPPED",
        "dataset_exists": exists,
        "tables_expected": len(META_TABLES),
        "tables_existing": list(state.meta.tables or {}) if exists else [],
        "tables_missing": missing,
        "tables_extra": state.meta.extra_tables() if exists else [],
        "schema_diffs": diffs,
        "message": f"{len(missing)} tables missing, {len(diffs)} with other columns",
    }


def _limit(state: AdminState, calls: SlidingWindow, route: str) -> None:
    now = state.now().timestamp()
    if not calls.admit(now):
        raise route_limit_exceeded(route, int(now))
