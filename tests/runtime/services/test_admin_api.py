"""The admin endpoints as the contract has them: FR-SJ-005."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from runtime.jobs.manual.bootstrap import NO_FORCE
from runtime.net import faults as fault
from runtime.net.faults import ConnectionFault
from runtime.net.retry import MAX_ATTEMPTS, GaveUp, ServiceUnavailable
from runtime.organizations.calls import read_page, sync_organization
from runtime.services.admin_api import AdminApi, KeyRefused, NotBootstrapped, Refused, accept
from tests.support.scripted_api import make_api
from tests.support.scripted_transport import Answer
from tests.support.virtual_clock import VirtualClock

STATUS = {"status": "SYNCED", "tables_existing": [], "tables_missing": []}
SYNC = {"status": "SUCCESS", "tables_created": [], "columns_added": {}, "errors": []}
QUOTA = {"success": True, "orgs_processed": 1, "message": "ok"}
ADDITIONS = {"sync_missing_tables": True, "sync_missing_columns": True}
Call = Callable[[AdminApi], object]
CALLS: dict[str, tuple[Call, str, dict[str, Any] | None]] = {
    "status": (
        lambda api: api.bootstrap_status(),
        "GET /api/v1/admin/bootstrap/status?force_refresh=true",
        None,
    ),
    "create": (
        lambda api: accept(api.post("/admin/bootstrap", NO_FORCE, needs_tables=False)),
        "POST /api/v1/admin/bootstrap",
        {"force_recreate_dataset": False, "force_recreate_tables": False},
    ),
    "organizations": (
        lambda api: read_page(api, 3, 90),
        "GET /api/v1/organizations?page=3&page_size=90&status=ACTIVE",
        None,
    ),
    "sync_organization": (
        lambda api: sync_organization(api, "acme_1"),
        "POST /api/v1/organizations/acme_1/sync",
        {**ADDITIONS, "recreate_views": True},
    ),
    "reset": (lambda api: api.count("/admin/quota/reset-daily", "x"), "POST /api/v1/admin/quota/reset-daily", None),
    "another": (lambda api: api.count("/admin/new/call", "x", body={"a": 1}), "POST /api/v1/admin/new/call", {"a": 1}),
}


@pytest.mark.parametrize("name", CALLS)
def test_each_call_is_sent_as_the_contract_says(name: str) -> None:
    """Method, path, body, key; the force flags of a creation are there, and false (NFR-SJ-001.4)."""
    call, line, body = CALLS[name]
    api, transport = make_api(Answer(418))
    with pytest.raises(Refused, match="answered 418"):
        call(api)
    (sent,) = transport.sent
    assert (f"{sent.method} {sent.selector}", sent.data and json.loads(sent.data)) == (line, body)
    assert sent.headers["X-ca-root-key"] == "k3y"
    assert ("Content-type" in sent.headers) == (body is not None)


@pytest.mark.parametrize("name", CALLS)
def test_calls_that_do_no_harm_are_repeated(name: str) -> None:
    """After an answer that was lost; one that makes rows or tables only when `/health` has answered."""
    waits = name in ("create", "reset", "another")
    health = [Answer(200)] * waits
    api, transport = make_api(ConnectionFault(fault.ANSWER, "reset"), *health, Answer(401, {"detail": "no"}))
    with pytest.raises(KeyRefused):
        CALLS[name][0](api)
    assert len(transport.sent) == 2 + waits
    assert [sent.selector for sent in transport.sent[1:-1]] == ["/health"] * waits


@pytest.mark.parametrize("name", CALLS)
def test_every_attempt_outlasts_the_front_end(name: str) -> None:
    """Which answers 504 after 300 s: a call given up before that would be repeated beside a handler at work."""
    api, transport = make_api(Answer(418))
    with pytest.raises(Refused):
        CALLS[name][0](api)
    assert transport.seconds == [310.0]


@pytest.mark.parametrize("other", [Answer(503), Answer(415), Answer(302), Answer(404, b"<html>proxy</html>")])
def test_a_504_is_repeated_when_health_has_answered(other: Answer) -> None:
    """Two resets at the same time make rows twice. What is in front of the service may answer while it is blocked."""
    api, transport = make_api(Answer(504), other, Answer(200), Answer(200, QUOTA))
    api.count("/quota/reset-daily", "orgs_processed")
    assert [sent.selector.removeprefix("/api/v1") for sent in transport.sent] == [
        "/quota/reset-daily",
        "/health",
        "/health",
        "/quota/reset-daily",
    ]


@pytest.mark.parametrize(("lost", "said"), [(Answer(504), "504"), (ConnectionFault(fault.BODY, "half"), fault.BODY)])
def test_a_call_whose_end_was_never_seen_is_the_one_that_is_named(lost: Answer | ConnectionFault, said: str) -> None:
    """Not `/health` alone, which says nothing of what the service may have done."""
    api, _ = make_api(lost, *[Answer(503)] * MAX_ATTEMPTS)
    with pytest.raises(GaveUp) as caught:
        api.count("/quota/reset-daily", "orgs_processed")
    assert caught.value.problem.startswith(f"the answer to POST /api/v1/quota/reset-daily was lost ({said}")
    assert "GET /health at https://api.example gave up" in caught.value.problem
    assert caught.value.maybe_processed


@pytest.mark.parametrize("faults", [[500], [503, 500, 502]])
def test_one_500_asks_for_no_status(faults: list[int]) -> None:
    """It passes."""
    api, transport = make_api(*map(Answer, faults), Answer(200, QUOTA))
    api.count("/quota/reset-daily", "orgs_processed")
    assert len(transport.sent) == len(faults) + 1


@pytest.mark.parametrize("status", [Answer(200, STATUS), Answer(500), ConnectionFault(fault.DEADLINE, "hangs")])
def test_the_status_is_asked_once_and_briefly(status: Answer | ConnectionFault) -> None:
    """After the second 500; the call goes on unless nothing is bootstrapped."""
    api, transport = make_api(Answer(500), Answer(500), status, Answer(500), Answer(500), Answer(200, QUOTA))
    api.count("/quota/reset-daily", "orgs_processed")
    asked = [(sent.selector, seconds) for sent, seconds in zip(transport.sent, transport.seconds, strict=True)]
    assert [each for each in asked if "status" in each[0]] == [
        ("/api/v1/admin/bootstrap/status?force_refresh=true", 10.0)
    ]


@pytest.mark.parametrize("name", ["reset", "organizations", "sync_organization"])
def test_what_is_not_bootstrapped_is_reported_at_once(name: str) -> None:
    """Instead of retries for minutes."""
    api, transport = make_api(Answer(500), Answer(500), Answer(200, {**STATUS, "status": "NOT_BOOTSTRAPPED"}))
    with pytest.raises(NotBootstrapped, match="run bootstrap first"):
        CALLS[name][0](api)
    assert len(transport.sent) == 3


def test_a_rate_limit_and_a_restart_cost_no_attempt() -> None:
    """The service took nothing; they are waited for within the run's time, five minutes of refusal at most."""
    refusals: list[Answer | ConnectionFault] = [Answer(429), ConnectionFault(fault.REFUSED, "no")]
    api, transport = make_api(*refusals * 6, *[Answer(503)] * 4, Answer(200, SYNC))
    assert sync_organization(api, "x") is not None
    assert len(transport.sent) == 17


def test_a_service_that_stays_down_is_given_up_after_five_minutes() -> None:
    """For all organizations: no other one will fare better."""
    clock = VirtualClock()
    api, _ = make_api(ConnectionFault(fault.REFUSED, "no"), clock=clock)
    with pytest.raises(ServiceUnavailable, match="refused for 5 minutes"):
        sync_organization(api, "x")
    assert 300 < sum(clock.waits) < 360


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
        sync_organization(api, "x")
    assert len([sent for sent in transport.sent if sent.method == "POST"]) == 5


def test_quota_calls_find_the_path_that_this_version_has() -> None:
    """The requirements' path first, then the other; the one that worked is remembered."""
    api, transport = make_api(Answer(404, {"detail": "Not Found"}), Answer(200, QUOTA))
    for name in ("reset-daily", "cleanup-stale"):
        api.count(f"/admin/quota/{name}", "orgs_processed")
    assert [sent.selector.removeprefix("/api/v1") for sent in transport.sent] == [
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
    """For any text in the list of organizations, it stays one segment of this one call."""
    api, transport = make_api(Answer(200, SYNC))
    sync_organization(api, slug)
    path = transport.sent[0].selector
    segment = path.removeprefix("/api/v1/organizations/").removesuffix("/sync")
    assert path == f"/api/v1/organizations/{segment}/sync"
    assert unquote(segment, errors="surrogatepass") == slug
    assert segment.isascii()
    assert not set(segment) & set("/?#\\ \r\n")
    assert segment not in (".", "..")
