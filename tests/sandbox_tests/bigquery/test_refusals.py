"""What BigQuery refuses is refused, in its words."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from typing import Any

import pytest
from google.cloud.bigquery import Client, SchemaField, Table

from tests.sandbox.bigquery import ApiError, BigQuerySandbox
from tests.sandbox_tests.bigquery.conftest import PROJECT, TABLE


def _post(bigquery: BigQuerySandbox, path: str, body: Any, **headers: str) -> tuple[int, dict[str, Any]]:
    url = f"{bigquery.url}/bigquery/v2/projects/{path}"
    request = urllib.request.Request(url, json.dumps(body).encode(), {"Content-Type": "application/json", **headers})
    try:
        with urllib.request.urlopen(request) as reply:
            return reply.status, json.loads(reply.read())
    except urllib.error.HTTPError as error:
        return error.code, json.loads(error.read())["error"]


def _query(bigquery: BigQuerySandbox, text: str, project: str = PROJECT, **members: Any) -> tuple[int, str, str]:
    body = {"query": text, "useLegacySql": False, **members}
    status, error = _post(bigquery, f"{project}/queries", body)
    return status, error["errors"][0]["reason"], error["message"]


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
def test_wrong_sql_is_an_invalid_query(bigquery: BigQuerySandbox, text: str, message: str) -> None:
    """400 invalidQuery, with the reason."""
    assert _query(bigquery, text) == (400, "invalidQuery", message)


@pytest.mark.parametrize("text", ["SELEC 1", "SELECT 'a", "SELECT (", "DELETE FROM a.b WHERE x <"])
def test_what_is_no_sql_is_a_syntax_error(bigquery: BigQuerySandbox, text: str) -> None:
    """400 invalidQuery that begins with the words that tools look for."""
    status, reason, message = _query(bigquery, text)
    assert (status, reason, message[:13]) == (400, "invalidQuery", "Syntax error:")


@pytest.mark.parametrize(("kind", "value"), [("DATE", "2026-02-30"), ("INT64", "many"), ("BOOL", "perhaps")])
def test_parameter_of_the_wrong_type_is_refused(bigquery: BigQuerySandbox, kind: str, value: str) -> None:
    """The value is checked against the type that was declared."""
    parameter = {"name": "p", "parameterType": {"type": kind}, "parameterValue": {"value": value}}
    answer = _query(bigquery, "SELECT @p", parameterMode="NAMED", queryParameters=[parameter])
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
    assert _query(bigquery, f"SELECT 1 FROM `{table}`") == (404, "notFound", message)


PERMISSIONS = [
    ("bigquery.jobs.create", "SELECT 1", f"User does not have bigquery.jobs.create permission in project {PROJECT}."),
    ("bigquery.tables.getData", f"SELECT 1 FROM `{TABLE}`", "or perhaps it does not exist."),
    ("bigquery.tables.updateData", f"DELETE FROM `{TABLE}` WHERE TRUE", "(or it may not exist)."),
]


@pytest.mark.parametrize(("permission", "text", "end"), PERMISSIONS)
def test_lacking_permission_is_access_denied(bigquery: BigQuerySandbox, permission: str, text: str, end: str) -> None:
    """403 accessDenied for exactly what the permission is needed for."""
    bigquery.access.denied.add(permission)
    status, reason, message = _query(bigquery, text)
    assert (status, reason, message[:15], message.endswith(end)) == (403, "accessDenied", "Access Denied: ", True)
    bigquery.access.denied.clear()
    assert _post(bigquery, f"{PROJECT}/queries", {"query": text, "useLegacySql": False})[0] == 200


def test_unknown_project_looks_like_a_lacking_permission(bigquery: BigQuerySandbox) -> None:
    """As in the real service, which does not tell strangers what exists."""
    assert _query(bigquery, "SELECT 1", "somebody-else")[:2] == (403, "accessDenied")


@pytest.mark.parametrize("extra", [{"queryy": 1}, {"timeoutMS": 1}, {"formatOptions": {"useInt64": True}}])
def test_unknown_field_is_refused(bigquery: BigQuerySandbox, extra: dict[str, Any]) -> None:
    """400, naming the field; nothing has run."""
    status, reason, message = _query(bigquery, "SELECT 1", **extra)
    assert (status, reason, message.endswith(": Cannot find field.")) == (400, "invalid", True)


def test_unknown_query_parameter_of_the_url_is_refused(bigquery: BigQuerySandbox) -> None:
    """Also where the body is right."""
    status, error = _post(bigquery, f"{PROJECT}/queries?max=1", {"query": "SELECT 1", "useLegacySql": False})
    assert (status, 'Unknown name "max"' in error["message"]) == (400, True)


@pytest.mark.parametrize(
    ("header", "status"), [({}, 401), ({"Authorization": "Bearer x"}, 401), ({"Authorization": "Bearer t"}, 200)]
)
def test_token_is_demanded_where_there_is_one(header: dict[str, str], status: int) -> None:
    """Every call needs the token that the stand-in was given; an emulator, without one, takes anonymous callers."""
    with BigQuerySandbox(token="t") as bigquery:
        assert (
            _post(bigquery, f"{PROJECT}/queries", {"query": "SELECT 1", "useLegacySql": False}, **header)[0] == status
        )


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
    answers = [_post(bigquery, f"{PROJECT}/{path}", body)[0] for path, body in zip(paths, bodies, strict=True)]
    assert answers == [409, 409, 404]
