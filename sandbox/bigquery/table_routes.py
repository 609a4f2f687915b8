"""The endpoints for datasets, tables and streamed rows."""

from __future__ import annotations

from typing import Any

import duckdb
from starlette.requests import Request

from sandbox.bigquery.answers import show_table
from sandbox.bigquery.errors import invalid_request
from sandbox.bigquery.protocol import read_body
from sandbox.bigquery.query_routes import read_query
from sandbox.bigquery.table_protocol import DatasetResource, InsertAllRequest, TableResource
from sandbox.bigquery.warehouse import STREAMING, Column, Table, Warehouse


class TableRoutes:
    """The handlers; each gives the JSON of a 200 or raises ApiError."""

    def __init__(self, warehouse: Warehouse) -> None:
        self._warehouse = warehouse

    async def create_dataset(self, request: Request) -> dict[str, Any]:
        """A new, empty dataset."""
        read_query(request)
        reference = read_body(DatasetResource, await request.body()).dataset_reference
        _check_agreement(request, projectId=reference.project_id)
        self._warehouse.create_dataset(reference.project_id, reference.dataset_id)
        return _show_dataset(reference.project_id, reference.dataset_id)

    async def get_dataset(self, request: Request) -> dict[str, Any]:
        """What there is to say of a dataset."""
        read_query(request, "datasetView")
        project, dataset = request.path_params["project"], request.path_params["dataset"]
        self._warehouse.find_dataset(project, dataset)
        return _show_dataset(project, dataset)

    async def create_table(self, request: Request) -> dict[str, Any]:
        """A new, empty table."""
        read_query(request)
        wanted = read_body(TableResource, await request.body())
        reference, partitioning = wanted.table_reference, wanted.time_partitioning
        _check_agreement(request, projectId=reference.project_id, datasetId=reference.dataset_id)
        columns = tuple(Column(f.name, f.type, f.mode == "REQUIRED") for f in wanted.table_schema.fields_)
        partition_column = partitioning.field if partitioning else ""
        if partition_column and partition_column not in {c.name for c in columns if c.type == "DATE"}:
            raise invalid_request(f"The stand-in partitions by a DATE column, {partition_column} is none")
        table = Table(reference.project_id, reference.dataset_id, reference.table_id, columns, partition_column)
        self._warehouse.create_table(table)
        return show_table(table, 0, 0)

    async def get_table(self, request: Request) -> dict[str, Any]:
        """A table with its columns, its rows, and those in the streaming buffer."""
        read_query(request, "view", "selectedFields")
        table = self._find(request)
        counts = self._warehouse.run(f"SELECT COUNT(*), COUNT(*) FILTER (WHERE {STREAMING}) FROM {table.sql_name}")
        return show_table(table, *counts[0])

    async def insert_all(self, request: Request) -> dict[str, Any]:
        """Rows into the streaming buffer; those that do not fit are named and left out."""
        read_query(request)
        table = self._find(request)
        errors: list[dict[str, Any]] = []
        rows = read_body(InsertAllRequest, await request.body()).rows
        for index, row in enumerate(rows):
            try:
                self._warehouse.append(table, row.json_, streaming=True)
            except duckdb.Error as error:
                problem = {"reason": "invalid", "location": "", "message": str(error).partition("\n")[0]}
                errors.append({"index": index, "errors": [problem]})
        return {"kind": "bigquery#tableDataInsertAllResponse"} | ({"insertErrors": errors} if errors else {})

    def _find(self, request: Request) -> Table:
        path = request.path_params
        return self._warehouse.find_table(path["project"], path["dataset"], path["table"])


def _show_dataset(project: str, dataset: str) -> dict[str, Any]:
    return {
        "kind": "bigquery#dataset",
        "id": f"{project}:{dataset}",
        "datasetReference": {"projectId": project, "datasetId": dataset},
        "location": "US",
    }


def _check_agreement(request: Request, **named: str) -> None:
    for name, value in named.items():
        stated = request.path_params[name.removesuffix("Id")]
        if stated != value:
            raise invalid_request(f"Value {value!r} for {name} in content does not agree with value {stated!r}.")
