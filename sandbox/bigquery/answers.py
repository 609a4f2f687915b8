"""Jobs, results and tables as the REST API shows them."""

from __future__ import annotations

from typing import Any

from sandbox.bigquery.execution import Result
from sandbox.bigquery.jobs import QueryJob
from sandbox.bigquery.pruning import Scan
from sandbox.bigquery.statement import Statement
from sandbox.bigquery.warehouse import Column, Table


def show_results(kind: str, job: QueryJob, first: int, limit: int | None) -> dict[str, Any]:
    """A page of results, or that there are none yet. `kind` is queryResponse or getQueryResultsResponse."""
    shown: dict[str, Any] = {"kind": f"bigquery#{kind}", "jobReference": show_reference(job), "jobComplete": job.done}
    if job.result is None:
        return shown
    shown |= {"cacheHit": False, "totalBytesProcessed": str(job.result.scan.processed), "totalSlotMs": "1"}
    if kind == "queryResponse":
        times = {"creationTime": job.created, "startTime": job.created, "endTime": job.ended}
        shown |= {"location": job.reference.location, "totalBytesBilled": str(job.result.scan.billed)}
        shown |= {name: str(value) for name, value in times.items()}
    return shown | (_deleted(job.result) if job.result.deleted is not None else _page(job.result, first, limit))


def _deleted(result: Result) -> dict[str, Any]:
    return {"numDmlAffectedRows": str(result.deleted), "dmlStats": _dml_stats(result)}


def _dml_stats(result: Result) -> dict[str, str]:
    return {"insertedRowCount": "0", "deletedRowCount": str(result.deleted), "updatedRowCount": "0"}


def _page(result: Result, first: int, limit: int | None) -> dict[str, Any]:
    last = len(result.rows) if limit is None else first + limit
    rows = [{"f": [{"v": value} for value in row]} for row in result.rows[first:last]]
    page: dict[str, Any] = {"schema": show_schema(result.columns), "totalRows": str(len(result.rows))}
    if rows:
        page["rows"] = rows
    if last < len(result.rows) and limit != 0:
        page["pageToken"] = str(last)
    return page


def show_dry_run(statement: Statement, scan: Scan, project: str) -> dict[str, Any]:
    """The answer to jobs.query with dryRun: nothing ran, and there is no job."""
    return {
        "kind": "bigquery#queryResponse",
        "jobReference": {"projectId": project, "location": "US"},
        "totalBytesProcessed": str(scan.processed),
        "jobComplete": True,
        "cacheHit": False,
    } | ({"schema": {"fields": []}} if statement.kind == "SELECT" else {})


def show_reference(job: QueryJob) -> dict[str, str]:
    """Its jobReference."""
    return job.reference.model_dump(by_alias=True)


def show_job(job: QueryJob) -> dict[str, Any]:
    """The whole job resource."""
    reference = job.reference
    configuration = job.configuration.model_dump(by_alias=True, exclude_defaults=True, mode="json")
    return {
        "kind": "bigquery#job",
        "id": f"{reference.project_id}:{reference.location}.{reference.job_id}",
        "jobReference": show_reference(job),
        "configuration": {"jobType": "QUERY", "query": configuration | {"useLegacySql": False}},
        "status": _status(job),
        "statistics": _statistics(job),
    }


def _status(job: QueryJob) -> dict[str, Any]:
    if job.error is not None:
        return {"state": "DONE", "errorResult": job.error.proto(), "errors": [job.error.proto()]}
    return {"state": "DONE" if job.done else "RUNNING"}


def _statistics(job: QueryJob) -> dict[str, Any]:
    times = {"creationTime": str(job.created), "startTime": str(job.created)}
    query: dict[str, Any] = {"statementType": job.statement.kind}
    if job.result is None:
        return times | {"query": query}
    scan = {"totalBytesProcessed": str(job.result.scan.processed)}
    query |= scan | {"totalBytesBilled": str(job.result.scan.billed), "cacheHit": False}
    if job.result.deleted is not None:
        query |= _deleted(job.result)
    return times | {"endTime": str(job.ended)} | scan | {"query": query}


def show_schema(columns: tuple[Column, ...]) -> dict[str, Any]:
    """A TableSchema."""
    modes = {True: "REQUIRED", False: "NULLABLE"}
    return {"fields": [{"name": c.name, "type": c.type, "mode": modes[c.required]} for c in columns]}


def show_table(table: Table, rows: int, buffered: int) -> dict[str, Any]:
    """A table resource."""
    shown: dict[str, Any] = {
        "kind": "bigquery#table",
        "id": str(table),
        "tableReference": {"projectId": table.project, "datasetId": table.dataset, "tableId": table.name},
        "type": "TABLE",
        "location": "US",
        "schema": show_schema(table.columns),
        "numRows": str(rows - buffered),
    }
    if table.partition_column:
        shown["timePartitioning"] = {"type": "DAY", "field": table.partition_column}
    if buffered:
        shown["streamingBuffer"] = {"estimatedRows": str(buffered), "estimatedBytes": "0"}
    return shown
