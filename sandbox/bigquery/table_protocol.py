"""The requests about datasets and tables, as far as they are served; any other field is refused."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from sandbox.bigquery.protocol import DatasetReference, Resource, TableReference


class DatasetResource(Resource):
    """The body of datasets.insert."""

    dataset_reference: DatasetReference
    location: Literal["US"] = "US"
    labels: dict[str, str] = Field(default_factory=dict)


class FieldSchema(Resource):
    """A column of a new table."""

    name: str = Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")
    type: Literal["STRING", "INTEGER", "FLOAT", "BOOLEAN", "DATE", "TIMESTAMP"]
    mode: Literal["NULLABLE", "REQUIRED"] = "NULLABLE"
    description: str = ""


class TableSchema(Resource):
    """The columns of a new table."""

    fields_: tuple[FieldSchema, ...] = Field(alias="fields", min_length=1)


class TimePartitioning(Resource):
    """How a new table is partitioned: by day, on a DATE column."""

    type: Literal["DAY"]
    field: str


class TableResource(Resource):
    """The body of tables.insert."""

    table_reference: TableReference
    table_schema: TableSchema = Field(alias="schema")
    time_partitioning: TimePartitioning | None = None
    labels: dict[str, str] = Field(default_factory=dict)


class StreamedRow(Resource):
    """One row of tabledata.insertAll."""

    json_: dict[str, str | int | float | bool | None] = Field(alias="json")
    insert_id: str = ""


class InsertAllRequest(Resource):
    """The body of tabledata.insertAll."""

    rows: tuple[StreamedRow, ...] = Field(min_length=1)
