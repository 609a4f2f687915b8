"""GoogleSQL text -> one statement with its tables found and its parameters bound."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime

import sqlglot
from sqlglot import exp
from sqlglot.errors import ParseError, TokenError

from sandbox.bigquery.errors import ApiError, invalid_query, invalid_request
from sandbox.bigquery.protocol import QueryConfiguration, QueryParameter
from sandbox.bigquery.warehouse import Table, Warehouse


@dataclass(frozen=True, slots=True)
class Statement:
    """A SELECT or DELETE, parsed; `tables` are all that it names."""

    kind: str
    tree: exp.Expr
    tables: dict[exp.Table, Table]

    @property
    def target(self) -> Table:
        """The only table; of a DELETE the one it changes."""
        return next(iter(self.tables.values()))


def prepare_statement(configuration: QueryConfiguration, project: str, warehouse: Warehouse) -> Statement:
    """Raises ApiError for everything that BigQuery finds before a statement runs, and for SQL that is not served."""
    if configuration.use_legacy_sql:
        raise invalid_request("The stand-in runs GoogleSQL only: set useLegacySql to false")
    tree = _parse(configuration.query)
    kind = _classify(tree)
    tables = {node: _find(node, configuration, project, warehouse) for node in _table_nodes(tree)}
    if kind == "DELETE" and len(tables) != 1:
        raise invalid_request("The stand-in runs a DELETE that names no second table")
    _bind(tree, {parameter.name.lower(): parameter for parameter in configuration.query_parameters})
    return Statement(kind, tree, tables)


def _parse(text: str) -> exp.Expr:
    try:
        trees = [tree for tree in sqlglot.parse(text, read="bigquery") if tree is not None]
    except ParseError as error:
        first = error.errors[0]
        raise invalid_query(f"Syntax error: {first['description']} at [{first['line']}:{first['col']}]") from error
    except TokenError as error:
        raise invalid_query(f"Syntax error: {error}") from error
    if len(trees) != 1:
        raise invalid_request("The stand-in runs one statement a job, no scripts")
    return trees[0]


def _classify(tree: exp.Expr) -> str:
    if isinstance(tree, exp.Query):
        return "SELECT"
    if not isinstance(tree, (exp.DML, exp.DDL, exp.Command, exp.Drop, exp.Alter, exp.TruncateTable)):
        raise invalid_query(f"Syntax error: Unexpected {tree.key} at [1:1]")
    if not isinstance(tree, exp.Delete):
        raise invalid_request(f"The stand-in runs SELECT and DELETE, no {tree.key.upper()}")
    if tree.args.get("where") is None:
        raise invalid_query("DELETE must have a WHERE clause at [1:1]")
    return "DELETE"


def _table_nodes(tree: exp.Expr) -> Iterable[exp.Table]:
    defined = {cte.alias for cte in tree.find_all(exp.CTE)}
    return [node for node in tree.find_all(exp.Table) if node.db or node.name not in defined]


def _find(node: exp.Table, configuration: QueryConfiguration, project: str, warehouse: Warehouse) -> Table:
    default = configuration.default_dataset
    if not node.db:
        if default is None:
            raise invalid_query(f'Table "{node.name}" must be qualified with a dataset (e.g. dataset.table).')
        return warehouse.find_table(default.project_id, default.dataset_id, node.name)
    return warehouse.find_table(node.catalog or project, node.db, node.name)


def _bind(tree: exp.Expr, parameters: dict[str, QueryParameter]) -> None:
    for node in list(tree.find_all(exp.Parameter, exp.Placeholder)):
        name = node.name.lower()
        if name not in parameters:
            raise invalid_query(f"Query parameter '{name}' not found")
        node.replace(_constant(parameters[name]))


def _constant(parameter: QueryParameter) -> exp.Expr:
    kind, value = parameter.parameter_type.type, str(parameter.parameter_value.value)
    try:
        _CHECKS[kind](value)
    except (ValueError, KeyError) as error:
        raise _bad_value(parameter, kind, value) from error
    return exp.cast(exp.Literal.string(value), exp.DataType.build(kind, dialect="bigquery"))


def _bad_value(parameter: QueryParameter, kind: str, value: str) -> ApiError:
    return invalid_query(f"Invalid value for query parameter '{parameter.name}' of type {kind}: '{value}'")


_CHECKS: dict[str, Callable[[str], object]] = {
    "STRING": str,
    "INT64": int,
    "FLOAT64": float,
    "BOOL": {"true": True, "false": False}.__getitem__,
    "DATE": date.fromisoformat,
    "TIMESTAMP": datetime.fromisoformat,
}
