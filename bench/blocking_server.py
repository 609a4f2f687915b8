"""An admin API whose handlers block its only event loop, as the real one's do: FastAPI under uvicorn, as it comes.

python -m bench.blocking_server ORGANIZATIONS LEAST MOST: each sync takes a time between the two, in seconds.
"""

from __future__ import annotations

import socket
import sys
import time
from collections import Counter
from random import Random
from typing import Any

import uvicorn
from fastapi import FastAPI, Request

from bench.answers import STATUS

SYNCED = {"status": "SUCCESS", "dataset_created": False, "columns_added": {}, "errors": [], "message": "ok"}


def make_app(organizations: int, least: float, most: float) -> FastAPI:
    """Says at /seen how often each organization was synced, and how long the handlers were at work."""
    app = FastAPI()
    random = Random(1)
    done: Counter[str] = Counter()
    seconds = 0.0

    @app.middleware("http")
    async def name_request(request: Request, call_next: Any) -> Any:
        answer = await call_next(request)
        answer.headers["x-request-id"] = request.headers.get("x-request-id", "made-up")
        return answer

    @app.get("/api/v1/admin/bootstrap/status")
    async def show_status() -> Any:
        return STATUS

    @app.get("/api/v1/organizations")
    async def list_organizations(page: int, page_size: int) -> Any:
        first, last = (page - 1) * page_size, min(page * page_size, organizations)
        slugs = [{"org_slug": f"org_{number:06}"} for number in range(first, last)]
        paging = {"total": organizations, "page": page, "page_size": page_size, "has_next": last < organizations}
        return {"organizations": slugs, **paging}

    @app.post("/api/v1/organizations/{slug}/sync")
    async def sync(slug: str) -> Any:
        nonlocal seconds
        work = random.uniform(least, most)
        time.sleep(work)
        seconds += work
        done[slug] += 1
        return {**SYNCED, "org_slug": slug, "tables_created": ["cost_records"] if done[slug] == 1 else []}

    @app.get("/seen")
    async def show_seen() -> Any:
        return {"organizations": len(done), "syncs": done.total(), "seconds": seconds}

    return app


if __name__ == "__main__":
    listener = socket.create_server(("127.0.0.1", 0))
    print(f'{{"url": "http://127.0.0.1:{listener.getsockname()[1]}"}}', flush=True)
    service = make_app(int(sys.argv[1]), float(sys.argv[2]), float(sys.argv[3]))
    uvicorn.Server(uvicorn.Config(service, log_level="error")).run([listener])
