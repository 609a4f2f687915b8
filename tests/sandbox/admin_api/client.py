"""A plain client of the admin API, without retries or opinions."""

from __future__ import annotations

import http.client
import json
from dataclasses import dataclass
from typing import Any

from sandbox.admin_api import ROOT_KEY
from sandbox.http_server import HttpServer

SYNC = {"sync_missing_tables": True, "sync_missing_columns": True}
NO_FORCE = {"force_recreate_dataset": False, "force_recreate_tables": False}


@dataclass(frozen=True, slots=True)
class Reply:
    """Status, headers in lower case, parsed body."""

    status: int
    headers: dict[str, str]
    body: Any


class Client:
    """Calls with the right key, unless told otherwise."""

    def __init__(self, server: HttpServer) -> None:
        self.server = server

    def get(self, path: str, **headers: str) -> Reply:
        """GET under /api/v1."""
        return self.call("GET", f"/api/v1{path}", None, headers)

    def post(self, path: str, body: Any = None, **headers: str) -> Reply:
        """POST under /api/v1: JSON, or no body at all."""
        return self.call("POST", f"/api/v1{path}", body, headers)

    def call(self, method: str, path: str, body: Any, headers: dict[str, str]) -> Reply:
        """Any request; header names may use underscores."""
        sent = {"x-ca-root-key": ROOT_KEY} | {name.replace("_", "-"): value for name, value in headers.items()}
        if body is not None:
            sent.setdefault("content-type", "application/json")
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=30)
        try:
            connection.request(method, path, None if body is None else json.dumps(body), sent)
            reply = connection.getresponse()
            text = reply.read()
        finally:
            connection.close()
        names = {name.lower(): value for name, value in reply.getheaders()}
        return Reply(reply.status, names, json.loads(text) if text.startswith((b"{", b"[")) else None)
