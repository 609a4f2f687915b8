"""The Management API, running, over a cluster's databases."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from typing import Any, Self

import psycopg

from sandbox.http_server import serve
from sandbox.postgres import SUPERUSER, Cluster
from sandbox.supabase.accounts import TOKEN
from sandbox.supabase.api import ManagementApi, Project
from sandbox.supabase.databases import OWNER, create_project, create_template
from sandbox.traffic import ReceivedRequest

REF = "kwroaccbrxppfiysqlzs"
BODY_LIMIT_BYTES = 1_000_000
GATEWAY_SECONDS = 55.0


class Supabase:
    """A running stand-in: `url`, a good `token`, the `ref` of its first project; `faults` of the connection, `mishaps`
    between API and database, the `requests` received. Close it, or use it in a `with`.

    A project's database is made when it is not there, and stays. `gateway_seconds` is how long a query may take before
    its client gets a 408, `clock` (monotonic seconds) what the rate limit's minute goes by. A held or late query gets
    its 408 at once: on a clock of the test's own `pass_time` lets those seconds pass.
    """

    def __init__(
        self,
        cluster: Cluster,
        refs: Iterable[str] = (REF,),
        *,
        port: int = 0,
        body_limit_bytes: int = BODY_LIMIT_BYTES,
        gateway_seconds: float = GATEWAY_SECONDS,
        clock: Callable[[], float] = time.monotonic,
        pass_time: Callable[[float], object] = lambda _seconds: None,
    ) -> None:
        create_template(cluster)
        self.cluster = cluster
        self.projects: dict[str, Project] = {}
        for ref in refs:
            create_project(cluster, ref)
            self.projects[ref] = Project(cluster.conninfo(ref, OWNER))
        self.token = TOKEN
        self.ref = next(iter(self.projects))
        self._api = ManagementApi(
            self.projects,
            body_limit_bytes=body_limit_bytes,
            gateway_seconds=gateway_seconds,
            clock=clock,
            pass_time=pass_time,
        )
        self.mishaps = self._api.mishaps
        self._server = serve(self._api.app, port=port, state=self._describe)
        self.url = self._server.url
        self.faults = self._server.faults

    @property
    def requests(self) -> list[ReceivedRequest]:
        """Every request so far, in order of arrival."""
        return self._server.requests

    def select(self, query: str, ref: str = "") -> list[tuple[Any, ...]]:
        """What a project's database really holds, seen by the superuser, past the API: the last statement's rows."""
        with psycopg.connect(self.cluster.conninfo(ref or self.ref, SUPERUSER)) as connection:
            cursor = connection.execute(query.encode())
            while cursor.nextset():
                pass
            return cursor.fetchall() if cursor.description else []

    def close(self) -> None:
        """Drops what is held or late, and ends the server; the databases stay."""
        self.mishaps.drop_all()
        self._server.close()

    def _describe(self) -> dict[str, Any]:
        paused = {ref: project.paused for ref, project in self.projects.items()}
        return {"paused": paused, "running": self._api.delivery.running}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
