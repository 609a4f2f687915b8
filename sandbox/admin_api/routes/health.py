"""Health: no key, no limit, no maintenance."""

from __future__ import annotations

from fastapi import APIRouter, Response

from sandbox.admin_api.access import State

router = APIRouter()


@router.get("")
async def show_health() -> dict[str, str]:
    """Answers while the process lives."""
    return {"status": "healthy", "service": "api-service"}


@router.get("/ready")
async def show_readiness(state: State, response: Response) -> dict[str, str]:
    """Whether BigQuery can be reached."""
    response.status_code = 200 if state.bigquery else 503
    return {"status": "ready" if state.bigquery else "not_ready", "service": "api-service"}
