"""A caller without the permission is told so, as BigQuery tells it."""

from __future__ import annotations

import pytest

from sandbox.bigquery import BigQuerySandbox
from tests.sandbox.bigquery.calls import post, query
from tests.sandbox.bigquery.conftest import PROJECT, TABLE

PERMISSIONS = [
    ("bigquery.jobs.create", "SELECT 1", f"User does not have bigquery.jobs.create permission in project {PROJECT}."),
    ("bigquery.tables.getData", f"SELECT 1 FROM `{TABLE}`", "or perhaps it does not exist."),
    ("bigquery.tables.updateData", f"DELETE FROM `{TABLE}` WHERE TRUE", "(or it may not exist)."),
]


@pytest.mark.parametrize(("permission", "text", "end"), PERMISSIONS)
def test_lacking_permission_is_access_denied(bigquery: BigQuerySandbox, permission: str, text: str, end: str) -> None:
    """403 accessDenied for exactly what the permission is needed for."""
    bigquery.access.denied.add(permission)
    status, reason, message = query(bigquery, text)
    assert (status, reason, message[:15], message.endswith(end)) == (403, "accessDenied", "Access Denied: ", True)
    bigquery.access.denied.clear()
    assert post(bigquery, f"{PROJECT}/queries", {"query": text, "useLegacySql": False})[0] == 200


def test_unknown_project_looks_like_a_lacking_permission(bigquery: BigQuerySandbox) -> None:
    """As in the real service, which does not tell strangers what exists."""
    assert query(bigquery, "SELECT 1", "somebody-else")[:2] == (403, "accessDenied")


@pytest.mark.parametrize(
    ("header", "status"), [({}, 401), ({"Authorization": "Bearer x"}, 401), ({"Authorization": "Bearer t"}, 200)]
)
def test_token_is_demanded_if_there_is_one(header: dict[str, str], status: int) -> None:
    """Every call needs the token that the stand-in was given; an emulator, without one, takes anonymous callers."""
    with BigQuerySandbox(token="t") as bigquery:
        assert post(bigquery, f"{PROJECT}/queries", {"query": "SELECT 1", "useLegacySql": False}, **header)[0] == status
