"""The list of organizations: each once, none missed, whatever comes and goes meanwhile (FR-SJ-002.3)."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from email.message import Message
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runtime.net.client import HttpClient
from runtime.net.endpoint import Endpoint
from runtime.net.transport import WireRequest
from runtime.organizations.listing import MAX_PASSES, Listing
from runtime.process.errors import TransientError, UnexpectedAnswer
from runtime.services.admin_api import AdminApi
from tests.support.records import Records
from tests.support.scripted_api import make_api
from tests.support.scripted_transport import Answer
from tests.support.virtual_clock import VirtualClock

Change = Callable[[list[str]], object]


def do_nothing(_: list[str]) -> None:
    """Nobody comes or goes."""


class Service:
    """Lists `slugs`, newest first, as they are when a page is asked for; before each page the next change happens."""

    def __init__(self, count: int, *changes: Change) -> None:
        self.slugs = [f"org_{number:04}" for number in range(count)][::-1]
        self.pages: list[int] = []
        self._changes = list(changes)

    def send(self, endpoint: Endpoint, request: WireRequest, seconds: float) -> tuple[int, Mapping[str, str], bytes]:
        """One page."""
        query = {name: values[0] for name, values in parse_qs(urlsplit(request.path).query).items()}
        if self._changes:
            self._changes.pop(0)(self.slugs)
        page, size = int(query["page"]), int(query["page_size"])
        self.pages.append(page)
        chosen = self.slugs[(page - 1) * size : page * size]
        body = {
            "organizations": [{"org_slug": slug, "status": query["status"]} for slug in chosen],
            "total": len(self.slugs),
            "has_next": page * size < len(self.slugs),
        }
        return 200, Message(), json.dumps(body).encode()  # type: ignore[return-value]

    def list_shard(self, shard: int = 0, shards: int = 1) -> Listing:
        """A listing of this service."""
        clock = VirtualClock()
        log = Records(clock)
        client = HttpClient(
            Endpoint(True, "api", 443), {}, transport=self, clock=clock, log=log, deadline=clock.monotonic() + 3600
        )
        return Listing(AdminApi(client), log, shard, shards)


def create(slug: str) -> Change:
    return lambda slugs: slugs.insert(0, slug)


def reactivate(slug: str) -> Change:
    return lambda slugs: slugs.append(slug)


def remove(position: int) -> Change:
    return lambda slugs: slugs.pop(position % len(slugs))


def both(*changes: Change) -> Change:
    return lambda slugs: [change(slugs) for change in changes]


@pytest.mark.parametrize(
    ("count", "pages"),
    [(0, [1]), (1, [1]), (100, [1]), (101, [1, 2, 1]), (300, [1, 2, 3, 1])],
)
def test_a_list_that_holds_still_is_read_once(count: int, pages: list[int]) -> None:
    """More than one page is proved still by a look at the first one."""
    service = Service(count)
    listing = service.list_shard()
    assert list(listing) == service.slugs
    assert (service.pages, listing.total, listing.seen) == (pages, count, count)


@pytest.mark.parametrize(
    "change",
    [
        create("new"),
        remove(0),
        remove(50),
        both(create("new"), remove(50)),
        both(remove(0), create("new")),
        both(*(remove(0) for _ in range(150))),
        both(remove(50), reactivate("oldest")),
    ],
)
@pytest.mark.parametrize("before_page", [2, 3, 4])
def test_a_list_that_moved_is_read_again(change: Change, before_page: int) -> None:
    """Pages shift when organizations come and go: those that were there throughout are all yielded, each once."""
    service = Service(300, *[do_nothing] * (before_page - 1), change)
    throughout = set(service.slugs)
    found = list(service.list_shard())
    assert len(found) == len(set(found))
    assert (throughout & set(service.slugs)) - set(found) == set()
    assert "new" not in service.slugs or "new" in found
    assert len(service.pages) > before_page


def test_a_list_that_moved_and_came_back_is_read_again() -> None:
    """One came before the second page and went before the third: what stood between the two was on neither."""
    service = Service(300, do_nothing, create("short-lived"), remove(0))
    assert set(service.slugs) - set(service.list_shard()) == set()


changes = st.lists(
    st.one_of(
        st.just(do_nothing),
        st.uuids().map(lambda uuid: create(str(uuid))),
        st.integers(0, 400).map(remove),
        st.integers(0, 400).map(lambda position: both(remove(position), create(f"after_{position}"))),
    ),
    max_size=12,
)


@settings(max_examples=60)
@given(st.integers(150, 350), changes)
def test_none_is_missed_whatever_comes_and_goes(count: int, happening: list[Change]) -> None:
    """Unless the list never holds still, which is an error of its own."""
    service = Service(count, *happening)
    throughout = set(service.slugs)
    found: list[str] = []
    with suppress(TransientError):
        found.extend(service.list_shard())
        assert len(found) == len(set(found))
        assert (throughout & set(service.slugs)) - set(found) == set()


def test_a_list_that_never_holds_still_is_given_up() -> None:
    """Transient: it will on another day."""
    service = Service(150, *(create(f"new_{number}") for number in range(100)))
    with pytest.raises(TransientError, match=f"changed during each of {MAX_PASSES} passes: some may be missing"):
        list(service.list_shard())


@pytest.mark.parametrize("shards", [1, 2, 3, 8])
def test_shards_are_disjoint_and_complete(shards: int) -> None:
    """By a stable hash of the slug: no organization is synced twice or not at all."""
    service = Service(250)
    parts = [list(service.list_shard(shard, shards)) for shard in range(shards)]
    assert sorted(slug for part in parts for slug in part) == sorted(service.slugs)
    assert min(map(len, parts)) > 0


def test_pages_are_streamed() -> None:
    """The first organizations are at work before the last page was asked for."""
    service = Service(300)
    first = next(iter(service.list_shard()))
    assert (first, service.pages) == (service.slugs[0], [1])


@pytest.mark.parametrize("slugs", [["x"], []])
def test_a_list_without_an_end_is_refused(slugs: list[str]) -> None:
    """A service that says `has_next` for ever would keep the job until its timeout."""
    body = {"organizations": [{"org_slug": slug} for slug in slugs], "total": 1, "has_next": True}
    api, transport = make_api(Answer(200, body))
    with pytest.raises(UnexpectedAnswer, match="the list of organizations has no end"):
        list(Listing(api, Records(VirtualClock()), 0, 1))
    assert len(transport.sent) <= 101
