"""Which partitions a statement reads, and what BigQuery counts and bills for them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlglot import exp

from sandbox.bigquery.statement import Statement
from sandbox.bigquery.warehouse import Table, Warehouse

COMPARISONS = (exp.EQ, exp.LT, exp.LTE, exp.GT, exp.GTE)
BILLING_MINIMUM = 10 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Scan:
    """What a statement reads, in bytes: `processed` is counted, `billed` is paid for."""

    processed: int
    billed: int


def measure_scan(statement: Statement, warehouse: Warehouse) -> Scan:
    """Call it before the statement runs: a DELETE counts what it is about to remove.

    A partition is left out only by a comparison of the bare partition column with a constant or parameter. A DELETE
    whose filter holds nothing else removes whole partitions, which is free of charge.
    """
    processed = sum(_table_bytes(statement, table, warehouse) for table in statement.tables.values())
    if processed == 0 or (statement.kind == "DELETE" and _covers_partitions(statement)):
        return Scan(processed, 0)
    return Scan(processed, max(processed, BILLING_MINIMUM))


def _table_bytes(statement: Statement, table: Table, warehouse: Warehouse) -> int:
    sizes = " + ".join(column.stored_bytes for column in table.columns if _reads(statement, column.name)) or "0"
    kept = [condition.sql("duckdb") for condition in _conditions(statement) if _prunes(condition, table)]
    where = " AND ".join(kept if len(statement.tables) == 1 else []) or "TRUE"
    rows = warehouse.run(f"SELECT COALESCE(SUM({sizes}), 0) FROM {table.sql_name} WHERE {where}")
    return int(rows[0][0])


def _reads(statement: Statement, column: str) -> bool:
    """A DELETE rewrites partitions and so reads every column, a SELECT those that it names."""
    if statement.kind == "DELETE":
        return True
    stars = (star for star in statement.tree.find_all(exp.Star) if not isinstance(star.parent, exp.Count))
    return any(True for _ in stars) or any(node.name == column for node in statement.tree.find_all(exp.Column))


def _conditions(statement: Statement) -> Iterable[exp.Expr]:
    where = statement.tree.args.get("where")
    if where is None:
        return []
    condition = where.this.unnest()
    return list(condition.flatten()) if isinstance(condition, exp.And) else [condition]


def _covers_partitions(statement: Statement) -> bool:
    return all(_prunes(condition, statement.target) for condition in _conditions(statement))


def _prunes(condition: exp.Expr, table: Table) -> bool:
    if not table.partition_column or not isinstance(condition, COMPARISONS):
        return False
    sides = (condition.left, condition.right)
    columns = [side for side in sides if isinstance(side, exp.Column) and side.name == table.partition_column]
    return len(columns) == 1 and any(_is_constant(side) for side in sides)


def _is_constant(node: exp.Expr) -> bool:
    return isinstance(node, exp.Literal) or (isinstance(node, exp.Cast) and isinstance(node.this, exp.Literal))
