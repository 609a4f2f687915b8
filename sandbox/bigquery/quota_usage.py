"""The quota table: made as bootstrap makes it, filled, and looked at."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from sandbox.bigquery.warehouse import STREAMING, Column, Table, Warehouse

DATASET = "organizations"
TABLE = "org_usage_quotas"
_COUNTERS = (
    "pipelines_run_today",
    "pipelines_succeeded_today",
    "pipelines_failed_today",
    "pipelines_run_month",
    "concurrent_pipelines_running",
    "daily_limit",
)
COLUMNS = (
    Column("usage_id", "STRING", required=True),
    Column("org_slug", "STRING", required=True),
    Column("usage_date", "DATE", required=True),
    *(Column(name, "INTEGER", required=True) for name in _COUNTERS),
    Column("monthly_limit", "INTEGER"),
    Column("concurrent_limit", "INTEGER"),
    Column("last_pipeline_completed_at", "TIMESTAMP"),
    Column("last_updated", "TIMESTAMP", required=True),
    Column("created_at", "TIMESTAMP", required=True),
)


class QuotaUsage:
    """The quota tables of all projects."""

    def __init__(self, warehouse: Warehouse) -> None:
        self._warehouse = warehouse

    def create(self, project: str) -> None:
        """The empty table, partitioned by usage_date."""
        self._warehouse.create_dataset(project, DATASET)
        self._warehouse.create_table(Table(project, DATASET, TABLE, COLUMNS, "usage_date"))

    def add(self, project: str, records: Mapping[date, int], *, streaming: bool = False) -> None:
        """So many records for each date; with `streaming` they are still in the streaming buffer."""
        table = self._table(project)
        counters = ", ".join("0" for _ in _COUNTERS)
        self._warehouse.run(
            f"INSERT INTO {table.sql_name} SELECT CAST(uuid() AS VARCHAR), 'org_' || n, day, {counters}, "
            "NULL, NULL, NULL, day, day, CAST(? AS BOOLEAN) FROM (SELECT day, unnest(range(records)) AS n FROM "
            "(SELECT unnest(CAST(? AS DATE[])) AS day, unnest(CAST(? AS BIGINT[])) AS records))",
            [streaming, list(records), list(records.values())],
        )

    def clear(self, project: str) -> None:
        """Deletes every record."""
        self._warehouse.run(f"DELETE FROM {self._table(project).sql_name}")

    def flush(self, project: str) -> None:
        """Empties the streaming buffer into the table, as happens within 90 minutes."""
        self._warehouse.run(f"UPDATE {self._table(project).sql_name} SET {STREAMING} = FALSE")

    def records(self, project: str) -> dict[date, int]:
        """How many records there are for each date."""
        sql = f"SELECT usage_date, COUNT(*) FROM {self._table(project).sql_name} GROUP BY 1 ORDER BY 1"
        return dict(self._warehouse.run(sql))

    def describe(self) -> dict[str, Any]:
        """The same for every project that has the table, as JSON can say it."""
        projects = sorted(project for project, _, name in self._warehouse.tables if name == TABLE)
        return {project: {str(day): n for day, n in self.records(project).items()} for project in projects}

    def _table(self, project: str) -> Table:
        return self._warehouse.find_table(project, DATASET, TABLE)
