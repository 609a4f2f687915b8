"""The admin endpoints as the contract has them: FR-SJ-005."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from runtime.net import faults as fault
from runtime.net.client import NoAnswer
from runtime.net.faults import ConnectionFault
from runtime.net.retry import GaveUp
from runtime.services.admin_api import AdminApi, KeyRefused, Refused
from tests.support.scripted_api import make_api
from tests.support.scripted_transport import Answer

SYNC = {"status": "SUCCESS", "tables_created": [], "columns_added": {}, "errors": []}
QUOTA = {"success": True, "orgs_processed": 1, "message": "ok"}
ADDITIONS = {"sync_missing_tables": True, "sync_missing_columns": True}
Call = Callable[[AdminApi], object]
CALLS: dict[str, tuple[Call, str, dict[str, Any] | None]] = {
    "status": (
        lambda api: api.bootstrap_status(force_refresh=True),
        "GET /api/v1/admin/bootstrap/status?force_refresh=true",
        None,
    ),
    "cached_status": (
        lambda api: api.bootstrap_status(force_refresh=False),
        "GET /api/v1/admin/bootstrap/status",
        None,
    ),
    "create": (
        AdminApi.create,
        "POST /api/v1/admin/bootstrap",
        {"force_recreate_dataset": False, "force_recreate_tables": False},
    ),
    "sync": (AdminApi.sync, "POST /api/v1/admin/bootstrap/sync", ADDITIONS),
    "organizations": (
        lambda api: api.organizations(3),
        "GET /api/v1/organizations?page=3&page_size=100&status=ACTIVE",
        None,
    ),
    "sync_organization": (
        lambda api: api.sync_organization("acme_1"),
        "POST /api/v1/organizations/acme_1/sync",
        {**ADDITIONS, "recreate_views": True},
    ),
    "reset": (lambda api: api.call_quota("reset-daily"), "POST /api/v1/admin/quota/reset-daily", None),
    "alerts": (
        lambda api: api.process_alerts(None, notify=True),
        "POST /api/v1/admin/alerts/process-all",
        {"send_notifications": True, "dry_run": False},
    ),
    "alerts_dry": (
        lambda api: api.process_alerts("acme", notify=False),
        "POST /api/v1/admin/alerts/process-all",
        {"send_notifications": False, "dry_run": True, "org_slug": "acme"},
    ),
}
REPEATABLE = [call for name, (call, _, _) in CALLS.items() if name != "alerts"]


@pytest.mark.parametrize("name", CALLS)
def test_each_call_is_sent_as_the_contract_says(name: str) -> None:
    """Method, path, body, key; the force flags of a creation are there, and false (NFR-SJ-001.4)."""
    call, line, body = CALLS[name]
    api, transport = make_api(Answer(418))
    if name.startswith("alerts"):
        call(api)
    else:
        with pytest.raises(Refused, match="answered 418"):
            call(api)
    (sent,) = transport.sent
    assert (f"{sent.method} {sent.path}", sent.body and json.loads(sent.body)) == (line, body)
    assert sent.headers["X-CA-Root-Key"] == "k3y"
    assert ("Content-Type" in sent.headers) == (body is not None)


@pytest.mark.parametrize("call", REPEATABLE)
def test_calls_that_do_no_harm_are_repeated(call: Call) -> None:
    """After an answer that was lost."""
    api, transport = make_api(ConnectionFault(fault.ANSWER, "reset"), Answer(401, {"detail": "no"}))
    with pytest.raises(KeyRefused):
        call(api)
    assert len(transport.sent) == 2


def test_notifications_are_never_repeated_blindly() -> None:
    """The one call that is not (contract section 1)."""
    api, transport = make_api(ConnectionFault(fault.ANSWER, "reset"), Answer(200))
    with pytest.raises(NoAnswer) as caught:
        api.process_alerts(None, notify=True)
    assert (len(transport.sent), caught.value.maybe_processed) == (1, True)


@pytest.mark.parametrize("name", CALLS)
@pytest.mark.parametrize(
    ("answer", "remedy"),
    [
        (Answer(401, {"detail": "Root API key required"}), "check CA_ROOT_API_KEY"),
        (Answer(403, {"detail": "Invalid root API key"}), "check CA_ROOT_API_KEY"),
        (Answer(503, {"detail": "Root API key not configured"}), "set CA_ROOT_API_KEY on the API service"),
    ],
)
def test_a_refused_key_is_final(name: str, answer: Answer, remedy: str) -> None:
    """No retry, and an error that a job with many calls stops at."""
    api, transport = make_api(answer)
    with pytest.raises(KeyRefused) as caught:
        CALLS[name][0](api)
    assert remedy in caught.value.remedy
    assert len(transport.sent) == 1


def test_an_organization_is_given_up_sooner() -> None:
    """One among thousands is named as failed rather than waited for."""
    api, transport = make_api(Answer(500))
    with pytest.raises(GaveUp):
        api.sync_organization("x")
    assert len(transport.sent) == 5


def test_quota_calls_find_the_path_that_this_version_has() -> None:
    """The requirements' path first, then the other; the one that worked is remembered."""
    api, transport = make_api(Answer(404, {"detail": "Not Found"}), Answer(200, QUOTA))
    for name in ("reset-daily", "cleanup-stale"):
        api.call_quota(name)
    assert [sent.path.removeprefix("/api/v1") for sent in transport.sent] == [
        "/admin/quota/reset-daily",
        "/quota/reset-daily",
        "/quota/cleanup-stale",
    ]


@given(st.text(st.characters()))
@example("../admin/bootstrap")
@example("..")
@example(".")
@example("")
@example("a/b?c#d%2F")
@example("org\ud800\r\nX-Evil: 1")
def test_no_slug_leaves_its_place_in_the_path(slug: str) -> None:
    """Whatever the list of organizations holds, it stays one segment of this one call."""
    api, transport = make_api(Answer(200, SYNC))
    api.sync_organization(slug)
    path = transport.sent[0].path
    segment = path.removeprefix("/api/v1/organizations/").removesuffix("/sync")
    assert path == f"/api/v1/organizations/{segment}/sync"
    assert unquote(segment, errors="surrogatepass") == slug
    assert segment.isascii()
    assert not set(segment) & set("/?#\\ \r\n")
    assert segment not in (".", "..")
