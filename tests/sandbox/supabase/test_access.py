"""Who gets in: proxy, tokens, refs, bodies."""

from __future__ import annotations

import json
from typing import Any

import pytest

from sandbox.postgres import Cluster
from sandbox.supabase import STRANGER_TOKEN, Supabase
from tests.sandbox.supabase.client import Client

SELECT = {"query": "SELECT 1 AS one"}
ROWS = [{"one": 1}]


@pytest.mark.parametrize(
    ("authorization", "outcome"),
    [
        ("", (401, {"message": "Unauthorized"})),
        ("Bearer ", (401, {"message": "Unauthorized"})),
        ("Basic c2Jw", (401, {"message": "Unauthorized"})),
        ("Bearer eyJhbGciOi.J9", (401, {"message": "JWT could not be decoded"})),
        ("Bearer sbp_" + "0d" * 20, (401, {"message": "Unauthorized"})),
    ],
)
def test_401_without_a_known_access_token(client: Client, authorization: str, outcome: tuple[int, Any]) -> None:
    """FR-SJ-005.4: a missing, foreign or unknown token gets nowhere, with any query."""
    assert client.post(SELECT, headers={"Authorization": authorization}).outcome == outcome


def test_403_for_a_token_without_rights_on_the_project(client: Client) -> None:
    """A good token of somebody else is told so: 403, not 401."""
    answer = client.post(SELECT, headers={"Authorization": f"Bearer {STRANGER_TOKEN}"})
    assert (answer.status, "necessary privileges" in answer.json()["message"]) == (403, True)


@pytest.mark.parametrize("agent", ["", "Python-urllib/3.11"])
def test_a_proxy_refuses_a_client_that_names_no_product(client: Client, agent: str) -> None:
    """HTML from a proxy, without the API's own headers: no User-Agent, or that of a bare library."""
    answer = client.post(SELECT, headers={"User-Agent": agent})
    assert (answer.status, answer.headers["content-type"]) == (403, "text/html; charset=utf-8")
    assert "x-ratelimit-limit" not in answer.headers


@pytest.mark.parametrize("ref", ["kwroaccbrxppfiysqlz", "kwroaccbrxppfiysqlzss", "KWROACCBRXPPFIYSQLZS", "1" * 20])
def test_a_malformed_ref_is_refused(client: Client, ref: str) -> None:
    """A ref is 20 small letters."""
    assert client.post(SELECT, ref=ref).status == 400


def test_404_for_an_unknown_project(client: Client) -> None:
    """A ref of the right form that nobody has."""
    assert client.post(SELECT, ref="a" * 20).outcome == (404, {"message": "Project not found"})


@pytest.mark.parametrize(("method", "path"), [("GET", ""), ("PUT", ""), ("POST", "/read-only"), ("POST", "/")])
def test_404_for_anything_but_the_query_endpoint(client: Client, method: str, path: str) -> None:
    """The framework of the real service answers a wrong method as it does a wrong path."""
    address = f"/v1/projects/{client.supabase.ref}/database/query{path}"
    message = {"message": f"Cannot {method} {address}", "error": "Not Found", "statusCode": 404}
    assert client.send(method, address).outcome == (404, message)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        json.dumps({}).encode(),
        json.dumps({"query": ""}).encode(),
        json.dumps({"query": 1}).encode(),
        json.dumps({"query": None}).encode(),
        json.dumps(SELECT | {"timeout": 5}).encode(),
        json.dumps(SELECT | {"read_only": True}).encode(),
        json.dumps(SELECT | {"parameters": [1]}).encode(),
    ],
)
def test_400_for_a_body_that_is_not_understood(client: Client, body: bytes) -> None:
    """Only `query` is sent; what the stand-in cannot honor it refuses rather than passes over."""
    answer = client.post(body)
    assert (answer.status, list(answer.json())) == (400, ["message"])


@pytest.mark.parametrize("extra", [{}, {"read_only": False}, {"parameters": []}])
def test_fields_without_effect_are_accepted(client: Client, extra: dict[str, Any]) -> None:
    """The documented fields with the values that change nothing."""
    assert client.post(SELECT | extra).outcome == (201, ROWS)


def test_a_body_that_does_not_call_itself_json_has_no_query(client: Client) -> None:
    """The content type decides, as in the real service's body parser."""
    assert client.post(SELECT, headers={"Content-Type": "text/plain"}).status == 400


def test_413_for_a_body_beyond_the_limit(cluster: Cluster) -> None:
    """A body of the limit passes, one byte more does not."""
    body = json.dumps(SELECT).encode()
    with Supabase(cluster, body_limit_bytes=len(body)) as supabase:
        client = Client(supabase)
        assert (client.post(body).status, client.post(body + b" ").status) == (201, 413)


def test_540_while_the_project_is_paused(client: Client) -> None:
    """A paused project answers again once it is restored."""
    project = client.supabase.projects[client.supabase.ref]
    project.paused = True
    assert client.post(SELECT).outcome == (540, {"message": "Project is paused"})
    project.paused = False
    assert client.post(SELECT).outcome == (201, ROWS)


def test_544_when_the_database_cannot_be_reached(client: Client) -> None:
    """No connection, hence nothing applied."""
    client.supabase.projects[client.supabase.ref].conninfo += " port=1"
    message = "Failed to run sql query: Connection terminated due to connection timeout"
    assert client.post(SELECT).outcome == (544, {"message": message})
