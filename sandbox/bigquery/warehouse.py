"""Datasets and tables, kept in DuckDB."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import count
from typing import Any

import duckdb

from sandbox.bigquery.errors import already_exists, not_found

# Marks rows that BigQuery would still hold in the streaming buffer; no query sees the column itself.
STREAMING = "_in_streaming_buffer"
DUCKDB_TYPES = {
    "STRING": "VARCHAR",
    "INTEGER": "BIGINT",
    "FLOAT": "DOUBLE",
    "BOOLEAN": "BOOLEAN",
    "DATE": "DATE",
    "TIMESTAMP": "TIMESTAMPTZ",
}
# https://cloud.google.com/bigquery/pricing#data: a string costs 2 bytes and its UTF-8 length.
STORED_BYTES = {"STRING": "2 + strlen({})", "BOOLEAN": "1"}


NUMBERS = count(1)


@cache
def start_engine() -> duckdb.DuckDBPyConnection:
    """DuckDB, once in a process: its start takes 15 ms, a database in it half a millisecond."""
    return duckdb.connect()


@dataclass(frozen=True, slots=True)
class Column:
    """A column; `type` is the name that the REST API gives it."""

    name: str
    type: str
    required: bool = False

    @property
    def stored_bytes(self) -> str:
        """SQL for the bytes that BigQuery counts for one value; NULL counts nothing."""
        size = STORED_BYTES.get(self.type, "8").format(f'"{self.name}"')
        return f'CASE WHEN "{self.name}" IS NULL THEN 0 ELSE {size} END'


@dataclass(frozen=True, slots=True)
class Table:
    """A table, partitioned by day on a DATE column unless `partition_column` is empty."""

    project: str
    dataset: str
    name: str
    columns: tuple[Column, ...]
    partition_column: str = ""

    def __str__(self) -> str:
        return f"{self.project}:{self.dataset}.{self.name}"

    @property
    def sql_name(self) -> str:
        """Its name in DuckDB."""
        return f'"{self.project}.{self.dataset}"."{self.name}"'


class Warehouse:
    """All that is stored. Safe to use from several threads."""

    def __init__(self, projects: Iterable[str]) -> None:
        self.projects = frozenset(projects)
        self.datasets: set[tuple[str, str]] = set()
        self.tables: dict[tuple[str, str, str], Table] = {}
        self._lock = threading.Lock()
        self._name = f"warehouse_{next(NUMBERS)}"
        self._database = start_engine().cursor()
        self.run(f"ATTACH ':memory:' AS {self._name}; USE {self._name}; SET TimeZone = 'UTC'")

    def close(self) -> None:
        """Forgets everything."""
        self.run(f"USE memory; DETACH {self._name}")
        self._database.close()

    def create_dataset(self, project: str, dataset: str) -> None:
        """Raises ApiError if it is there."""
        if (project, dataset) in self.datasets:
            raise already_exists(f"Dataset {project}:{dataset}")
        self.run(f'CREATE SCHEMA "{project}.{dataset}"')
        self.datasets.add((project, dataset))

    def create_table(self, table: Table) -> None:
        """Raises ApiError if it is there, or its dataset is not."""
        self.find_dataset(table.project, table.dataset)
        key = (table.project, table.dataset, table.name)
        if key in self.tables:
            raise already_exists(f"Table {table}")
        columns = [
            f'"{column.name}" {DUCKDB_TYPES[column.type]}{" NOT NULL" if column.required else ""}'
            for column in table.columns
        ]
        self.run(f"CREATE TABLE {table.sql_name} ({', '.join(columns)}, {STREAMING} BOOLEAN NOT NULL DEFAULT FALSE)")
        self.tables[key] = table

    def find_dataset(self, project: str, dataset: str) -> None:
        """Raises ApiError if there is none."""
        if (project, dataset) not in self.datasets:
            raise not_found(f"Dataset {project}:{dataset}")

    def find_table(self, project: str, dataset: str, name: str) -> Table:
        """Raises ApiError if there is none."""
        self.find_dataset(project, dataset)
        table = self.tables.get((project, dataset, name))
        if table is None:
            raise not_found(f"Table {project}:{dataset}.{name}")
        return table

    def append(self, table: Table, row: Mapping[str, Any], *, streaming: bool) -> None:
        """Adds a row, to the streaming buffer if so told. Raises duckdb.Error if it does not fit the table."""
        names = ", ".join(f'"{name}"' for name in [*row, STREAMING])
        places = ", ".join("?" * (len(row) + 1))
        self.run(f"INSERT INTO {table.sql_name} ({names}) VALUES ({places})", [*row.values(), streaming])

    def run(self, sql: str, values: Iterable[Any] = ()) -> list[tuple[Any, ...]]:
        """The rows that DuckDB answers to its own SQL."""
        with self._lock:
            return self._database.execute(sql, list(values)).fetchall()
