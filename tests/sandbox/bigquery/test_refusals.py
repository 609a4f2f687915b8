"""What BigQuery refuses is refused, in its words."""

from __future__ import annotations

from typing import Any

import pytest
from google.cloud.bigquery import Client, SchemaField, Table

from sandbox.bigquery import ApiError, BigQuerySandbox
from tests.sandbox.bigquery.calls import post, query
from tests.sandbox.bigquery.conftest import PROJECT

SQL = [
    ("DELETE FROM organizations.org_usage_quotas", "DELETE must have a WHERE clause at [1:1]"),
    ("DELETE FROM organizations.org_usage_quotas WHERE zz = 1", "Unrecognized name: zz"),
    (
        "SELECT * FROM organizations.org_usage_quotas WHERE _in_streaming_buffer",
        "Unrecognized name: _in_streaming_buffer",
    ),
    ("DELETE FROM organizations.org_usage_quotas WHERE usage_date < @cutoff", "Query parameter 'cutoff' not found"),
    (
        "SELECT * FROM org_usage_quotas",
        'Table "org_usage_quotas" must be qualified with a dataset (e.g. dataset.table).',
    ),
]


@pytest.mark.parametrize(("text", "message"), SQL)
def test_wrong_sql_is_an_invalidquery(bigquery: BigQuerySandbox, text: str, message: str) -> None:
    """400 invalidQuery, with the reason."""
    assert query(bigquery, text) == (400, "invalidQuery", message)


@pytest.mark.parametrize("text", ["SELEC 1", "SELECT 'a", "SELECT (", "DELETE FROM a.b WHERE x <"])
def test_what_is_no_sql_is_a_syntax_error(bigquery: BigQuerySandbox, text: str) -> None:
    """400 invalidQuery that begins with the words that tools look for."""
    status, reason, message = query(bigquery, text)
    assert (status, reason, message[:13]) == (400, "invalidQuery", "Syntax error:")


@pytest.mark.parametrize(("kind", "value"), [("DATE", "2026-02-30"), ("INT64", "many"), ("BOOL", "perhaps")])
def test_parameter_of_the_wrong_type_is_refused(bigquery: BigQuerySandbox, kind: str, value: str) -> None:
    """The value is checked against the type that was declared."""
    parameter = {"name": "p", "parameterType": {"type": kind}, "parameterValue": {"value": value}}
    answer = query(bigquery, "SELECT @p", parameterMode="NAMED", queryParameters=[parameter])
    assert answer == (400, "invalidQuery", f"Invalid value for query parameter 'p' of type {kind}: '{value}'")


@pytest.mark.parametrize(
    ("table", "message"),
    [
        (
            f"{PROJECT}.organizations.nope",
            f"Not found: Table {PROJECT}:organizations.nope was not found in location US",
        ),
        (
            "cloudact-prod.organizations.x",
            "Not found: Dataset cloudact-prod:organizations was not found in location US",
        ),
    ],
)
def test_missing_table_or_dataset_is_not_found(bigquery: BigQuerySandbox, table: str, message: str) -> None:
    """404 notFound, which names what is missing."""
    assert query(bigquery, f"SELECT 1 FROM `{table}`") == (404, "notFound", message)


@pytest.mark.parametrize("extra", [{"queryy": 1}, {"timeoutMS": 1}, {"formatOptions": {"useInt64": True}}])
def test_unknown_field_is_refused(bigquery: BigQuerySandbox, extra: dict[str, Any]) -> None:
    """400, naming the field; nothing has run."""
    status, reason, message = query(bigquery, "SELECT 1", **extra)
    assert (status, reason, message.endswith(": Cannot find field.")) == (400, "invalid", True)


def test_unknown_query_parameter_of_the_url_is_refused(bigquery: BigQuerySandbox) -> None:
    """Even if the body is right."""
    status, error = post(bigquery, f"{PROJECT}/queries?max=1", {"query": "SELECT 1", "useLegacySql": False})
    assert (status, 'Unknown name "max"' in error["message"]) == (400, True)


def test_error_has_the_shape_that_googles_client_reads() -> None:
    """Code, message, status and the list with the reason."""
    body = ApiError(403, "rateLimitExceeded", "Exceeded rate limits").body()
    item = {"message": "Exceeded rate limits", "domain": "global", "reason": "rateLimitExceeded"}
    error = {"code": 403, "message": "Exceeded rate limits", "errors": [item], "status": "PERMISSION_DENIED"}
    assert body == {"error": error}


def test_datasets_and_tables_are_made_once(bigquery: BigQuerySandbox, client: Client) -> None:
    """409 duplicate for what is there, 404 for a table without its dataset."""
    client.create_dataset("mart")
    table = Table(f"{PROJECT}.mart.t", [SchemaField("day", "DATE", "REQUIRED"), SchemaField("n", "INTEGER")])
    client.create_table(table)
    assert [field.name for field in client.get_table(table).schema] == ["day", "n"]
    paths = {"datasets": "mart", "datasets/mart/tables": "t", "datasets/none/tables": "t"}
    reference = {"projectId": PROJECT, "datasetId": "mart"}
    bodies = [
        {"datasetReference": reference},
        {"tableReference": {**reference, "tableId": "t"}, "schema": {"fields": [{"name": "n", "type": "INTEGER"}]}},
        {
            "tableReference": {**reference, "datasetId": "none", "tableId": "t"},
            "schema": {"fields": [{"name": "n", "type": "INTEGER"}]},
        },
    ]
    answers = [post(bigquery, f"{PROJECT}/{path}", body)[0] for path, body in zip(paths, bodies, strict=True)]
    assert answers == [409, 409, 404]
