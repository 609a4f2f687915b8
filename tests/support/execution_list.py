"""Metadata server, Cloud Run's list of executions and the alerts endpoint, in one transport."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from runtime.net import faults as fault
from runtime.net.faults import ConnectionFault
from runtime.net.transport import WireRequest
from tests.support.scripted_transport import Answer, encode

NOW = datetime(2026, 11, 23, 8, 0, 30, tzinfo=UTC)
NAME = "projects/p/locations/us-central1/jobs/j/executions/"
ALERTS = {"success": True, "orgs_processed": 1, "alerts_triggered": 1, "notifications_sent": 1, "errors": 0}


def execution(
    name: str, age: float, ran: float | None = None, *arguments: str, succeeded: bool = True
) -> dict[str, Any]:
    """Created `age` seconds ago, finished after `ran` seconds, if at all."""
    created = NOW - timedelta(seconds=age)
    container = {"args": ["alerts", *arguments]}
    entry = {
        "name": NAME + name,
        "createTime": created.isoformat(),
        "taskCount": 1,
        "template": {"containers": [container]},
    }
    if ran is not None:
        entry["completionTime"] = (created + timedelta(seconds=ran)).isoformat()
        entry["succeededCount" if succeeded else "failedCount"] = 1
    return entry


OWN = execution("own", 20)


class Cloud:
    """Metadata server, Admin API and admin endpoint in one transport."""

    def __init__(self, *executions: dict[str, Any], broken: str = "") -> None:
        self.executions = list(executions)
        self.broken = broken
        self.calls: list[str] = []
        self.bearer = ""

    def send(self, request: WireRequest, seconds: float) -> tuple[int, Mapping[str, str], bytes]:
        """One answer."""
        self.calls.append(request.selector.partition("?")[0].rpartition("/")[2])
        if self.broken and self.broken == self.calls[-1]:
            raise ConnectionFault(fault.REFUSED, "down")
        if "/computeMetadata/" in request.selector:
            assert "Google" == request.headers["Metadata-flavor"]
            return encode(Answer(200, {"access_token": "t0ken", "expires_in": 3599, "token_type": "Bearer"}))
        if "/executions" in request.selector:
            self.bearer = request.headers["Authorization"]
            return encode(Answer(200, self._page(request.selector)))
        return encode(Answer(200, ALERTS))

    def _page(self, path: str) -> dict[str, Any]:
        # Two at a time, so that pages have to be followed.
        start = int(path.partition("pageToken=")[2] or 0)
        page: dict[str, Any] = {"executions": self.executions[start : start + 2]}
        if start + 2 < len(self.executions):
            page["nextPageToken"] = str(start + 2)
        return page

    @property
    def notified(self) -> bool:
        """Did the job's own call go out?"""
        return "process-all" in self.calls
