"""A stand-in for BigQuery: its REST API v2 over DuckDB, strict enough for Google's own client."""

from sandbox.bigquery.errors import ApiError
from sandbox.bigquery.server import BigQuerySandbox

__all__ = ["ApiError", "BigQuerySandbox"]
