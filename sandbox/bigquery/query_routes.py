"""The endpoints jobs.query, jobs.getQueryResults, jobs.insert, jobs.get and jobs.cancel."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request

from sandbox.bigquery.access import Access
from sandbox.bigquery.answers import show_dry_run, show_job, show_results
from sandbox.bigquery.errors import invalid_request
from sandbox.bigquery.jobs import JobStore, QueryJob, new_reference
from sandbox.bigquery.protocol import JobReference, JobResource, QueryConfiguration, QueryRequest, read_body
from sandbox.bigquery.pruning import measure_scan
from sandbox.bigquery.statement import Statement, prepare_statement
from sandbox.bigquery.warehouse import Warehouse

PAGE_ROWS = 10_000


class QueryRoutes:
    """The handlers; each gives the JSON of a 200 or raises ApiError."""

    def __init__(self, warehouse: Warehouse, access: Access, jobs: JobStore) -> None:
        self._warehouse = warehouse
        self._access = access
        self._jobs = jobs

    async def query(self, request: Request) -> dict[str, Any]:
        """Runs a query and answers with its first page."""
        read_query(request)
        project = request.path_params["project"]
        wanted = read_body(QueryRequest, await request.body())
        known = self._jobs.find_request(project, wanted.request_id)
        if known is None:
            statement = self._prepare(wanted, project)
            if wanted.dry_run:
                return show_dry_run(statement, measure_scan(statement, self._warehouse), project)
            known = self._jobs.start(new_reference(project), wanted, statement)
            self._jobs.note_request(project, wanted.request_id, known)
        shown = self._first_page(known, wanted)
        brief = known.done and known.statement.kind == "SELECT" and "pageToken" not in shown
        if brief and wanted.job_creation_mode == "JOB_CREATION_OPTIONAL":
            shown["queryId"] = shown.pop("jobReference")["jobId"]
        return shown

    async def results(self, request: Request) -> dict[str, Any]:
        """A page of a job's results, or that it is not done yet."""
        query = read_query(request, "maxResults", "pageToken", "startIndex", "timeoutMs", "location", *FORMAT)
        job = self._jobs.poll(request.path_params["project"], request.path_params["job"])
        if job.error is not None:
            raise job.error
        first = int(query.get("pageToken") or query.get("startIndex") or 0)
        limit = min(int(query.get("maxResults", PAGE_ROWS)), PAGE_ROWS)
        return show_results("getQueryResultsResponse", job, first, limit)

    async def insert(self, request: Request) -> dict[str, Any]:
        """Starts a job; what is wrong with its data shows in its status."""
        read_query(request)
        project = request.path_params["project"]
        wanted = read_body(JobResource, await request.body())
        statement = self._prepare(wanted.configuration.query, project)
        reference: JobReference = wanted.job_reference
        if reference.project_id != project:
            raise invalid_request(f"Value {reference.project_id!r} in content does not agree with value {project!r}.")
        if wanted.configuration.dry_run:
            raise invalid_request("The stand-in serves dryRun through jobs.query only")
        return show_job(self._jobs.start(reference, wanted.configuration.query, statement))

    async def get(self, request: Request) -> dict[str, Any]:
        """How a job is getting on."""
        read_query(request, "location", "projection")
        return show_job(self._jobs.find(request.path_params["project"], request.path_params["job"]))

    async def cancel(self, request: Request) -> dict[str, Any]:
        """Asks a job to stop."""
        read_query(request, "location", "projection")
        job = self._jobs.cancel(request.path_params["project"], request.path_params["job"])
        return {"kind": "bigquery#jobCancelResponse", "job": show_job(job)}

    def _prepare(self, configuration: QueryConfiguration, project: str) -> Statement:
        self._access.check_project(project, self._warehouse)
        statement = prepare_statement(configuration, project, self._warehouse)
        self._access.check_statement(statement)
        return statement

    def _first_page(self, job: QueryJob, wanted: QueryRequest) -> dict[str, Any]:
        if job.error is not None:
            raise job.error
        limit = PAGE_ROWS if wanted.max_results is None else min(wanted.max_results, PAGE_ROWS)
        return show_results("queryResponse", job, 0, limit)


FORMAT = ("formatOptions.useInt64Timestamp",)
# Parameters that every method of a Google API takes.
COMMON = frozenset({"prettyPrint", "alt", "fields", "key", "quotaUser"})


def read_query(request: Request, *served: str) -> dict[str, str]:
    """The query parameters. Raises ApiError for one that is not `served`."""
    for name in request.query_params:
        if name not in COMMON and name not in served:
            raise invalid_request(
                f'Invalid JSON payload received. Unknown name "{name}": Cannot bind query parameter. '
                f"Field '{name}' could not be found in request message."
            )
    return dict(request.query_params)
