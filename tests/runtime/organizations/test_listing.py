"""The list of organizations: each once, none missed, even if some come and go meanwhile (FR-SJ-002.3)."""

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
from runtime.net.transport import WireRequest
from runtime.organizations.limit import StopSignal
from runtime.organizations.listing import MOST_UNLISTABLE, PAGE_SIZES, PARTS, Listing, hash_slug
from runtime.process.errors import TransientError
from runtime.services.admin_api import AdminApi
from tests.support.records import Records
from tests.support.virtual_clock import VirtualClock

STATUS = b'{"status": "SYNCED", "tables_existing": [], "tables_missing": []}'
Change = Callable[[list[str]], object]


def do_nothing(_: list[str]) -> None:
    """Nobody comes or goes."""


class Service:
    """Lists `slugs`, newest first, as they are when a page is asked for; before each page the next change happens."""

    def __init__(self, count: int, *changes: Change) -> None:
        self.slugs = [f"org_{number:04}" for number in range(count)][::-1]
        self.pages: list[tuple[int, int]] = []
        self.broken: set[str] = set()
        self.empty: set[int] = set()
        self._changes = list(changes)

    def send(self, request: WireRequest, seconds: float) -> tuple[int, Mapping[str, str], bytes]:
        """One page."""
        query = {name: values[0] for name, values in parse_qs(urlsplit(request.selector).query).items()}
        if "page" not in query:
            return 200, Message(), STATUS  # type: ignore[return-value]
        if self._changes:
            self._changes.pop(0)(self.slugs)
        page, size = int(query["page"]), int(query["page_size"])
        self.pages.append((page, size))
        chosen = [] if page in self.empty else self.slugs[(page - 1) * size : page * size]
        if self.broken.intersection(chosen):
            return 500, Message(), b'{"error": "VALIDATION_ERROR"}'  # type: ignore[return-value]
        body = {
            "organizations": [{"org_slug": slug, "status": query["status"]} for slug in chosen],
            "total": len(self.slugs),
            "has_next": False,
        }
        return 200, Message(), json.dumps(body).encode()  # type: ignore[return-value]

    def list_shard(self, shard: int = 0, shards: int = 1) -> Listing:
        """A listing of this service."""
        clock = VirtualClock()
        log = Records(clock)
        client = HttpClient("https://api", {}, transport=self, clock=clock, log=log, deadline=clock.monotonic() + 3600)
        return Listing(AdminApi(client), StopSignal(clock), log, shard, shards)


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
    assert ([page for page, _ in service.pages], listing.total, listing.seen) == (pages, count, count)


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
    """Unless the list never holds still, which is a separate error."""
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
    with pytest.raises(TransientError, match=f"changed during each of {len(PAGE_SIZES)} passes: some may be missing"):
        list(service.list_shard())


def test_a_pass_goes_on_to_its_end_while_the_list_changes() -> None:
    """Else a platform on which organizations come all the time would never get past its first pages."""
    service = Service(350, do_nothing, *(create(f"new_{number}") for number in range(100)))
    throughout, found = set(service.slugs), list[str]()
    with pytest.raises(TransientError, match="changed during each"):
        found.extend(service.list_shard())
    assert throughout - set(found) == set()


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
    assert (first, service.pages) == (service.slugs[0], [(1, 100)])


class Shuffled(Service):
    """Organizations of one moment: each page is cut from a different order."""

    def send(self, request: WireRequest, seconds: float) -> tuple[int, Mapping[str, str], bytes]:
        query = parse_qs(urlsplit(request.selector).query)
        if "page" in query:
            self.slugs.sort(key=lambda slug: hash_slug(f"{slug} {query['page']} {query['page_size']}"))
        return super().send(request, seconds)


def test_organizations_that_a_pass_left_out_are_listed_with_other_page_sizes() -> None:
    """A pass is whole only if as many came as `total` says; another size moves the boundaries, and the union grows."""
    service = Shuffled(120)
    listing = service.list_shard()
    assert sorted(listing) == sorted(service.slugs)
    assert len({size for _, size in service.pages}) > 1


class Hiding(Service):
    """Leaves one out of pages of the first two sizes, as one of many of the same moment may be."""

    hidden = "org_0100"

    def send(self, request: WireRequest, seconds: float) -> tuple[int, Mapping[str, str], bytes]:
        status, headers, body = super().send(request, seconds)
        answer = json.loads(body)
        if any(f"page_size={size}&" in request.selector for size in PAGE_SIZES[:2]):
            answer["organizations"] = [each for each in answer["organizations"] if each["org_slug"] != self.hidden]
        return status, headers, json.dumps(answer).encode()


def test_one_that_went_does_not_count_for_one_that_has_not_come() -> None:
    """A listed one goes and a new one comes between two passes: as many as the total, and yet one was left out."""

    def replace(slugs: list[str]) -> None:
        slugs.pop()
        slugs.insert(0, "new")

    pages_of_a_pass = 3 + 1
    service = Hiding(250, *[do_nothing] * pages_of_a_pass, replace)
    assert set(service.slugs) | {"new"} == set(service.list_shard())


def test_what_never_came_is_counted() -> None:
    """Incomplete after five passes; what came has been yielded."""
    service = Service(250)
    service.empty = set(range(2, 6))
    found, listing = list[str](), service.list_shard()
    with pytest.raises(TransientError, match="150 of 250 organizations did not come in 5 passes"):
        found.extend(listing)
    assert [size for page, size in service.pages if page == 2] == list(PAGE_SIZES)


def test_an_empty_page_in_the_middle_hides_nobody() -> None:
    """The next pass has other boundaries; and whether there is a next page is told by the total alone."""
    service = Service(250)
    service.empty = {3}
    assert set(service.list_shard()) == set(service.slugs)


def test_one_bad_record_costs_one_organization() -> None:
    """Its page is asked for in tens and then in ones; it is told by its number in the list."""
    service = Service(250)
    service.broken = {service.slugs[136]}
    listing = service.list_shard()
    assert set(service.slugs) - set(listing) == service.broken
    assert listing.own_unlistable == [137]
    attempts = [pages for pages in service.pages if pages not in ((1, 100), (3, 100))]
    # The page, its tens and its ones; each that is bad three times.
    assert len(attempts) == 3 + (9 + 3) + (9 + 3)


def test_a_bad_record_is_searched_for_once_a_run() -> None:
    """In further passes its page is taken apart at once, and it is asked for once: it may have moved."""
    service = Service(250)
    service.broken, service.empty = {service.slugs[136]}, {3}
    listing = service.list_shard()
    assert len(set(listing)) == 249
    assert (1, 90) in service.pages
    passes = len({size for page, size in service.pages if page == 1 and size > 10})
    assert ((2, 90) in service.pages, service.pages.count((137, 1))) == (False, 3 + passes - 1)


def test_the_parts_of_a_page_have_another_size_in_each_pass_too() -> None:
    """Else a list of one moment with a bad record on every page would come in the same parts each time."""
    service = Service(250)
    service.broken, service.empty = {service.slugs[each] for each in (5, 105, 205)}, {3, 7}
    with pytest.raises(TransientError, match="did not come in 5 passes"):
        list(service.list_shard())
    assert {size for _, size in service.pages if 1 < size < min(PAGE_SIZES)} == {size // PARTS for size in PAGE_SIZES}


def test_a_bad_record_on_the_first_page_is_no_change() -> None:
    """The first page is looked at again, in parts."""
    service = Service(150)
    service.broken = {service.slugs[0]}
    listing = service.list_shard()
    assert len(list(listing)) == 149
    assert service.pages.count((1, 1)) == 3 + 1


@pytest.mark.parametrize("shards", [1, 3])
def test_each_bad_record_is_counted_in_one_shard(shards: int) -> None:
    """The sums over all tasks are those of the platform."""
    numbers: list[int] = []
    for shard in range(shards):
        service = Service(150)
        service.broken = {service.slugs[12], service.slugs[13], service.slugs[149]}
        listing = service.list_shard(shard, shards)
        list(listing)
        numbers += listing.own_unlistable
    assert sorted(numbers) == [13, 14, 150]


def test_too_many_bad_records_are_a_broken_service() -> None:
    """Which is given up before each of thousands is asked for."""
    service = Service(400)
    service.broken = set(service.slugs)
    with pytest.raises(TransientError, match=f"more than {MOST_UNLISTABLE} records of the list cannot be listed"):
        list(service.list_shard())


def test_hashes_are_the_same_in_every_process_and_release() -> None:
    """Else the tasks of one execution would disagree about who syncs what."""
    assert [hash_slug(slug) for slug in ("acme", "", "é", "\ud800")] == [
        3469556990258029185,
        16476032584258269876,
        14635220546840893743,
        4758185216457903464,
    ]
