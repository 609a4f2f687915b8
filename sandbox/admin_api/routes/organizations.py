"""Organizations: their list, newest first, and their sync."""

from __future__ import annotations

from hashlib import sha256
from typing import Annotated, Any

from fastapi import APIRouter, Depends, HTTPException, Query

from sandbox.admin_api.access import State, require_key
from sandbox.admin_api.bodies import OrganizationSyncBody
from sandbox.admin_api.errors import BigQueryUnreachable
from sandbox.admin_api.organizations import Organization

MOVED_OF_256 = 128

PREFIX = "/api/v1/organizations"
router = APIRouter(dependencies=[Depends(require_key)])


@router.get("")
async def show_page(
    state: State,
    page: Annotated[int, Query(ge=1)] = 1,
    page_size: Annotated[int, Query(ge=1, le=100)] = 20,
    status: str | None = None,
) -> dict[str, Any]:
    """One page of what is there now: pages shift when organizations come or go between two calls."""
    if not state.bigquery or state.meta.tables is None:
        raise BigQueryUnreachable
    chosen = [each for each in state.organizations.values() if status in (None, each.status)]
    if len({each.created_at for each in chosen}) < len(chosen):
        chosen.sort(key=lambda each: _tie_order(each, page, page_size))
    chosen.sort(key=lambda each: -each.created_at)
    start = (page - 1) * page_size
    shown = [] if page in state.empty_pages else chosen[start : start + page_size]
    if any(each.default_currency is None for each in shown):
        raise BigQueryUnreachable
    return {
        "organizations": [{"org_slug": each.slug, "status": each.status} for each in shown],
        "total": len(chosen),
        "page": page,
        "page_size": page_size,
        "has_next": start + page_size < len(chosen) and page != state.last_page,
    }


def _tie_order(organization: Organization, page: int, page_size: int) -> bytes:
    """ORDER BY has no tie-breaker: each query puts those of one moment in its own order, similar to that of others.

    Of 450 organizations of one moment, and pages of 100, a pass over all pages shows about four fifths.
    """
    order = sha256(f"{page_size} {organization.slug}".encode()).digest()
    moved = order[-1] < MOVED_OF_256
    return sha256(f"{page} {page_size} {organization.slug}".encode()).digest() if moved else order


@router.post("/{org_slug}/sync")
async def sync(org_slug: str, state: State, body: OrganizationSyncBody) -> dict[str, Any]:
    """Adds what the organization's dataset lacks. What it could not add is in `errors` of an answer that says 200."""
    body.note_violations(state)
    if not state.bigquery or state.meta.tables is None:
        raise HTTPException(500, "Org dataset sync failed. Please check server logs.")
    organization = state.organizations.get(org_slug)
    if organization is None:
        raise HTTPException(404, f"Organization '{org_slug}' not found. Use /organizations/onboard first.")
    if not organization.active:
        raise HTTPException(400, f"Organization '{org_slug}' is not active. Contact support.")
    organization.syncs += 1
    may_create = body.sync_missing_tables and not organization.sync_errors
    return {
        "org_slug": org_slug,
        "status": "PARTIAL" if organization.sync_errors else "SUCCESS",
        "dataset_created": False,
        "tables_created": organization.create_tables() if may_create else [],
        "columns_added": {},
        "views_created": organization.create_views() if body.recreate_views else [],
        "errors": list(organization.sync_errors),
        "message": f"{len(organization.sync_errors)} errors",
    }
