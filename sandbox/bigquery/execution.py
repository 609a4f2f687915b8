"""Runs a prepared statement in DuckDB."""

from __future__ import annotations

import re
from dataclasses import dataclass

import duckdb
import sqlglot
from sqlglot import exp

from sandbox.bigquery.errors import ApiError, invalid_query
from sandbox.bigquery.pruning import Scan, measure_scan
from sandbox.bigquery.statement import Statement
from sandbox.bigquery.warehouse import STREAMING, Column, Warehouse

API_TYPES = {
    "BIGINT": "INTEGER",
    "INTEGER": "INTEGER",
    "HUGEINT": "INTEGER",
    "DOUBLE": "FLOAT",
    "BOOLEAN": "BOOLEAN",
    "VARCHAR": "STRING",
    "DATE": "DATE",
    "TIMESTAMP WITH TIME ZONE": "TIMESTAMP",
}
# How the REST API writes what DuckDB would not write the same way; timestamps in microseconds since 1970.
_WRITTEN = {"TIMESTAMP": "epoch_us({0})", "BOOLEAN": "CAST({0} AS VARCHAR)"}
_UNKNOWN_COLUMN = re.compile(r'Referenced (?:column|table) "([^"]*)" not found')


@dataclass(frozen=True, slots=True)
class Result:
    """What a statement did: `deleted` is None for a SELECT, `columns` and `rows` are empty for a DELETE."""

    scan: Scan
    columns: tuple[Column, ...] = ()
    rows: tuple[tuple[str | None, ...], ...] = ()
    deleted: int | None = None


def execute_statement(statement: Statement, warehouse: Warehouse) -> Result:
    """Raises ApiError for what BigQuery finds only with the data at hand."""
    try:
        scan = measure_scan(statement, warehouse)
        return (_delete if statement.kind == "DELETE" else _select)(statement, warehouse, scan)
    except duckdb.Error as error:
        raise _translate(error) from error


def _delete(statement: Statement, warehouse: Warehouse, scan: Scan) -> Result:
    table = statement.target
    condition = statement.tree.args["where"].this.sql("duckdb")
    buffered = warehouse.run(f"SELECT COUNT(*) FROM {table.sql_name} WHERE {STREAMING} AND ({condition})")
    if buffered[0][0]:
        raise invalid_query(
            f"UPDATE or DELETE statement over table {table.project}.{table.dataset}.{table.name} would affect rows in "
            "the streaming buffer, which is not supported"
        )
    deleted = warehouse.run(f"DELETE FROM {table.sql_name} WHERE {condition}")
    return Result(scan, deleted=int(deleted[0][0]))


def _select(statement: Statement, warehouse: Warehouse, scan: Scan) -> Result:
    tree = statement.tree
    _name_anonymous_columns(tree)
    for node, table in statement.tables.items():
        visible = sqlglot.parse_one(f"SELECT * EXCLUDE ({STREAMING}) FROM {table.sql_name}", read="duckdb")
        node.replace(exp.Subquery(this=visible, alias=exp.TableAlias(this=exp.to_identifier(node.alias_or_name))))
    sql = tree.sql("duckdb")
    columns = tuple(Column(row[0], API_TYPES[row[1]]) for row in warehouse.run(f"DESCRIBE {sql}"))
    written = ", ".join(_WRITTEN.get(column.type, "{0}").format(f"c{n}") for n, column in enumerate(columns))
    names = ", ".join(f"c{n}" for n in range(len(columns)))
    rows = warehouse.run(f"SELECT {written} FROM ({sql}) AS result({names})")
    return Result(scan, columns, tuple(tuple(None if v is None else str(v) for v in row) for row in rows))


def _name_anonymous_columns(tree: exp.Expr) -> None:
    """BigQuery calls them f0_, f1_ and so on."""
    if not isinstance(tree, exp.Select):
        return
    anonymous = [column for column in tree.expressions if not column.output_name]
    for position, column in enumerate(anonymous):
        if not isinstance(column, exp.Star):
            column.replace(exp.alias_(column.copy(), f"f{position}_"))


def _translate(error: duckdb.Error) -> ApiError:
    unknown = _UNKNOWN_COLUMN.search(str(error))
    if unknown:
        return invalid_query(f"Unrecognized name: {unknown.group(1)}")
    return invalid_query(str(error).partition("\n")[0])
