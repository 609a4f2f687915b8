"""Health: no key, no limit, no maintenance."""

from __future__ import annotations

from fastapi import APIRouter, Response

from sandbox.admin_api.access import State
from sandbox.admin_api.errors import FrontEndTimeout
from sandbox.admin_api.state import FRONT_END_SECONDS

PREFIX = "/health"
router = APIRouter()


@router.get("")
async def show_health(state: State) -> dict[str, str]:
    """Answers while the process lives: after the handler that blocks its event loop."""
    left = max((due for due, _ in state.unfinished), default=0.0) - state.now().timestamp()
    if left > 0:
        await state.sleep(min(left, FRONT_END_SECONDS))
        state.finish_work()
    if state.unfinished:
        raise FrontEndTimeout
    return {"status": "healthy", "service": "api-service"}


@router.get("/ready")
async def show_readiness(state: State, response: Response) -> dict[str, str]:
    """Whether BigQuery can be reached."""
    response.status_code = 200 if state.bigquery else 503
    return {"status": "ready" if state.bigquery else "not_ready", "service": "api-service"}
