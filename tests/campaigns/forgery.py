"""Answers that no service should give: error bodies of every shape, and right answers made wrong."""

from __future__ import annotations

import json
from random import Random
from typing import Any

WRONG_VALUES: tuple[Any, ...] = (None, True, -1, 1.5, "x", "", [], [None], {}, {"a": 1}, [[]], 10**30, "\ud800")
NO_JSON = (
    b"",
    b"<html><h1>502</h1></html>",
    b"{",
    b'{"status": "SYNCED"',
    b"\xff\xfe\x00",
    b"[" * 5000,
    b"NaN",
    b"0 1",
)
ERROR_BODIES: tuple[Any, ...] = (
    {"detail": "text", "request_id": "r"},
    {"detail": {"error": "E", "message": "m"}, "request_id": "r"},
    {"detail": "Not Found"},
    {"detail": [{"loc": ["body", 0], "msg": "bad"}, 7, None, {"loc": 3}]},
    {"error": "VALIDATION_ERROR", "message": "Request validation failed"},
    {"detail": "Root API key not configured."},
    {"message": "Failed to run sql query: ERROR:  57P01: terminating connection due to administrator command\n"},
    {"message": "Failed to run sql query: Connection terminated unexpectedly"},
    {"message": 'Failed to run sql query: ERROR:  42P01: relation "x" does not exist\nLINE 2: ...\n ^\n'},
    {"message": ["x"]},
    *(None, [], 7, "text", {}, {"detail": None}, {"detail": 1.5}),
)
PARTIAL_SYNC = {
    "status": "PARTIAL",
    "tables_created": [],
    "columns_added": {},
    "errors": ["Failed to create org_x: 403 Access Denied"],
    "message": "1 errors",
}
CLAIMED_SUCCESS = {
    "status": "SUCCESS",
    "dataset_created": True,
    "tables_created": ["org_x"],
    "tables_existed": [],
    "columns_added": {"org_x": ["a"]},
    "errors": [],
    "message": "done",
}
FALSE_SUCCESS = {"success": False, "orgs_processed": 0, "orgs_created": 0, "orgs_skipped": 0, "message": "no"}
FAILED_ALERTS = {
    "success": True,
    "orgs_processed": 1,
    "alerts_triggered": 0,
    "notifications_sent": 0,
    "errors": 2,
    "org_errors": [{"org_slug": "org_0", "error": "boom"}],
    "message": "",
}


def draw_body(random: Random) -> Any:
    """The body of an error; bytes are sent as they are, everything else as JSON."""
    return random.choice((*NO_JSON, *ERROR_BODIES, *ERROR_BODIES))


def draw_partial(path: str) -> Any:
    """An answer with status 200 that says that not all is well."""
    if path.endswith("/sync"):
        return PARTIAL_SYNC
    if "/alerts/" in path:
        return FAILED_ALERTS
    if "/quota/" in path:
        return FALSE_SUCCESS
    return []


def mangle(body: bytes, random: Random) -> bytes:
    """The answer with one thing wrong."""
    if random.random() < 0.4:
        return random.choice((*NO_JSON, body[: random.randrange(len(body) or 1)]))
    try:
        value = json.loads(body)
    except ValueError:
        # A proxy's page is wrong enough.
        return body
    holder = value
    while isinstance(holder, list) and holder and random.random() < 0.8:
        holder = holder[0]
    if not isinstance(holder, dict) or not holder:
        return json.dumps(random.choice(WRONG_VALUES)).encode()
    name = random.choice(sorted(holder))
    if random.random() < 0.4:
        del holder[name]
    else:
        fitting = type(holder[name])
        holder[name] = random.choice([wrong for wrong in WRONG_VALUES if type(wrong) is not fitting])
    return json.dumps(value).encode()
