"""A plain HTTP client for the tests of the Management API's stand-in."""

from __future__ import annotations

import http.client
import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from sandbox.supabase import Supabase

SECONDS = 30


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back; header names in lower case."""

    status: int
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        """The body, parsed."""
        return json.loads(self.body)

    @property
    def outcome(self) -> tuple[int, Any]:
        """Status and parsed body."""
        return self.status, self.json()


class Client:
    """Sends queries as a job would; each request on its own connection."""

    def __init__(self, supabase: Supabase) -> None:
        self.supabase = supabase
        self.headers = {
            "Authorization": f"Bearer {supabase.token}",
            "Content-Type": "application/json",
            "User-Agent": "sandbox-tests/1",
        }

    def query(self, sql: str) -> Answer:
        """Runs SQL on the first project."""
        return self.post({"query": sql})

    def post(self, body: Any, *, ref: str = "", headers: dict[str, str] | None = None) -> Answer:
        """Sends this as JSON, bytes as they are; `headers` replace the usual ones of their names, empty ones remove."""
        path = f"/v1/projects/{ref or self.supabase.ref}/database/query"
        return self.send("POST", path, body if isinstance(body, bytes) else json.dumps(body).encode(), headers or {})

    def send(self, method: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None) -> Answer:
        """One request. Raises what http.client raises."""
        sent = {name: value for name, value in (self.headers | (headers or {})).items() if value}
        connection = http.client.HTTPConnection(urlsplit(self.supabase.url).netloc, timeout=SECONDS)
        try:
            connection.request(method, path, body, sent)
            response = connection.getresponse()
            found = {name.lower(): value for name, value in response.getheaders()}
            return Answer(response.status, found, response.read())
        finally:
            connection.close()
