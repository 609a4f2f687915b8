"""The stand-in for BigQuery: its state, and the server in front of it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from types import TracebackType
from typing import Any, Self

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from sandbox.bigquery.access import Access
from sandbox.bigquery.errors import ApiError
from sandbox.bigquery.jobs import JobStore
from sandbox.bigquery.query_routes import QueryRoutes
from sandbox.bigquery.quota_usage import QuotaUsage
from sandbox.bigquery.table_routes import TableRoutes
from sandbox.bigquery.warehouse import Warehouse
from sandbox.http_server import serve

PROJECTS = ("cloudact-testing-1", "cloudact-prod")
BASE = "/bigquery/v2/projects/{project}"
Handler = Callable[[Request], Awaitable[dict[str, Any]]]


class BigQuerySandbox:
    """A running stand-in. `usage` seeds and shows the quota table, `http` has the faults and the requests."""

    def __init__(self, projects: Iterable[str] = PROJECTS, *, token: str | None = None, port: int = 0) -> None:
        self.warehouse = Warehouse(projects)
        self.access = Access(token)
        self.jobs = JobStore(self.warehouse)
        self.usage = QuotaUsage(self.warehouse)
        self.http = serve(self._application(), port=port, state=self.usage.describe)
        self.url = self.http.url

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.http.close()
        self.warehouse.close()

    def _application(self) -> Starlette:
        queries = QueryRoutes(self.warehouse, self.access, self.jobs)
        tables = TableRoutes(self.warehouse)
        routes = [
            ("POST", "/queries", queries.query),
            ("GET", "/queries/{job}", queries.results),
            ("POST", "/jobs", queries.insert),
            ("GET", "/jobs/{job}", queries.get),
            ("POST", "/jobs/{job}/cancel", queries.cancel),
            ("POST", "/datasets", tables.create_dataset),
            ("GET", "/datasets/{dataset}", tables.get_dataset),
            ("POST", "/datasets/{dataset}/tables", tables.create_table),
            ("GET", "/datasets/{dataset}/tables/{table}", tables.get_table),
            ("POST", "/datasets/{dataset}/tables/{table}/insertAll", tables.insert_all),
        ]
        return Starlette(routes=[self._route(*route) for route in routes])

    def _route(self, method: str, path: str, handler: Handler) -> Route:
        async def answer(request: Request) -> JSONResponse:
            try:
                self.access.check_token(request.headers.get("authorization"))
                return JSONResponse(await handler(request))
            except ApiError as error:
                return JSONResponse(error.body(), error.code)

        return Route(BASE + path, answer, methods=[method])
