"""Calls to the stand-in without Google's client: what it would never send, and its answers as they are."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from typing import Any

from sandbox.bigquery import BigQuerySandbox
from tests.sandbox.bigquery.conftest import PROJECT


def post(bigquery: BigQuerySandbox, path: str, body: Any, **headers: str) -> tuple[int, dict[str, Any]]:
    """The status, and the answer or what is inside its `error`."""
    url = f"{bigquery.url}/bigquery/v2/projects/{path}"
    request = urllib.request.Request(url, json.dumps(body).encode(), {"Content-Type": "application/json", **headers})
    try:
        with urllib.request.urlopen(request) as reply:
            return reply.status, json.loads(reply.read())
    except urllib.error.HTTPError as error:
        return error.code, json.loads(error.read())["error"]


def query(bigquery: BigQuerySandbox, text: str, project: str = PROJECT, **members: Any) -> tuple[int, str, str]:
    """What jobs.query says to a query that fails: status, reason, message."""
    body = {"query": text, "useLegacySql": False, **members}
    status, error = post(bigquery, f"{project}/queries", body)
    return status, error["errors"][0]["reason"], error["message"]
