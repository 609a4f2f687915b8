"""Keys, error shapes, routing, limits and maintenance."""

from __future__ import annotations

import socket

import pytest

from sandbox.admin_api import ROOT_KEY, AdminState, VirtualTime
from tests.sandbox.admin_api.client import SYNC, Client

STATUS = "/admin/bootstrap/status"


@pytest.mark.parametrize(
    ("key", "status", "detail"),
    [
        ("", 401, "Root API key required. Provide X-CA-Root-Key header."),
        ("wrong", 403, "Invalid root API key"),
        (ROOT_KEY, 200, None),
    ],
)
def test_key_is_checked(client: Client, key: str, status: int, detail: str | None) -> None:
    """No key is 401, a wrong one 403 (FR-SJ-005.1)."""
    reply = client.get(STATUS, x_ca_root_key=key)

    assert (reply.status, reply.body.get("detail")) == (status, detail)


def test_key_with_trailing_blank_is_wrong(client: Client) -> None:
    """The service does not trim the key, so a blank read from a file makes it a wrong one."""
    with socket.create_connection(("127.0.0.1", client.server.port)) as connection:
        head = f"GET /api/v1{STATUS} HTTP/1.1\r\nHost: x\r\nX-CA-Root-Key: {ROOT_KEY} \r\n\r\n"
        connection.sendall(head.encode())
        answer = connection.recv(65536)

    assert answer.split(b"\r\n")[0] == b"HTTP/1.1 403 Forbidden"


def test_server_without_key(client: Client, state: AdminState) -> None:
    """A server that has no key itself answers 503 to any request."""
    state.key = None

    assert (client.get(STATUS).status, client.get(STATUS, x_ca_root_key="").status) == (503, 401)


def test_request_id_is_echoed_or_made_up(client: Client) -> None:
    """A request can be found in the service's log by the id that it was sent with."""
    sent, made_up = client.get(STATUS, x_request_id="run-7"), client.get(STATUS)

    assert (sent.headers["x-request-id"], len(made_up.headers["x-request-id"])) == ("run-7", 36)


def test_five_error_shapes(client: Client, state: AdminState) -> None:
    """A text or an object with a request id, the framework's own, its list of problems, the middleware's."""
    text = client.get(STATUS, x_ca_root_key="wrong", x_request_id="r")
    route = client.get("/no/such/route")
    problems = client.post("/admin/bootstrap/sync", {"sync_missing_tables": "perhaps"})
    for _ in range(6):
        limited = client.post("/admin/bootstrap/sync", SYNC, x_request_id="r")
    state.meta.tables = None
    middleware = client.get("/organizations", x_request_id="r")

    assert (text.status, text.body) == (403, {"detail": "Invalid root API key", "request_id": "r"})
    assert (limited.status, sorted(limited.body["detail"])) == (429, ["error", "message", "retry_after"])
    assert (route.status, route.body) == (404, {"detail": "Not Found"})
    assert (problems.status, problems.body["detail"][0]["loc"]) == (422, ["body", "sync_missing_tables"])
    assert (middleware.status, middleware.body["error"], middleware.body["request_id"]) == (
        500,
        "VALIDATION_ERROR",
        "r",
    )


@pytest.mark.parametrize("path", ["/admin/bootstrap", "/admin/bootstrap/sync", "/admin/alerts/process-all"])
def test_body_has_to_be_a_json_object(client: Client, path: str) -> None:
    """No body, an array, and an object that is not called JSON are all refused."""
    replies = [client.post(path), client.post(path, []), client.post(path, {}, content_type="text/plain")]

    assert [reply.status for reply in replies] == [422, 422, 422]


def test_method_and_trailing_slash(client: Client) -> None:
    """A wrong method is 405; a stray slash redirects to an absolute address."""
    method, slash = client.post(STATUS, {}), client.get(f"{STATUS}/")

    assert (method.status, method.body) == (405, {"detail": "Method Not Allowed"})
    assert (slash.status, slash.headers["location"]) == (307, f"{client.server.url}/api/v1{STATUS}")


def test_maintenance_spares_only_health(client: Client, state: AdminState) -> None:
    """Maintenance is the 503 with a true wait."""
    state.maintenance = True
    reply = client.get(STATUS)

    assert (reply.status, reply.headers["retry-after"], reply.headers["x-maintenance-mode"]) == (503, "3600", "true")
    assert client.call("GET", "/health", None, {}).status == 200


def test_health_and_readiness_differ(client: Client, state: AdminState) -> None:
    """The process lives though BigQuery is out of reach."""
    state.bigquery = False

    assert [client.call("GET", path, None, {}).status for path in ("/health", "/health/ready")] == [200, 503]


def test_limit_over_all_calls(client: Client, state: AdminState, time: VirtualTime) -> None:
    """The middleware's 429 has a Retry-After, which is the time of day and no wait."""
    state.all_calls.limit = 1
    client.get(STATUS)
    reply = client.get(STATUS)
    epoch = int(time().timestamp())

    assert (reply.status, reply.body["retry_after"], reply.headers["retry-after"]) == (429, epoch, str(epoch))


@pytest.mark.parametrize("value", ["x" * 4097, "../etc", "<script>"], ids=["long", "traversal", "script"])
def test_headers_that_look_like_an_attack(client: Client, value: str) -> None:
    """The service refuses them before it looks at the key."""
    reply = client.get(STATUS, x_request_id=value)

    assert (reply.status, reply.body["error"]) == (400, "INVALID_HEADERS")


def test_longest_matching_prefix_sets_the_latency(client: Client, state: AdminState) -> None:
    """One route can be made fast or slow apart from the others."""
    state.latency = {"/api/v1/": 3600.0, "/api/v1/admin/": 0.0}

    assert client.get(STATUS).status == 200
