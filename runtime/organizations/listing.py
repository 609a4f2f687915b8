"""The active organizations of a shard, streamed page by page, each once."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from hashlib import blake2b

from runtime.net.request import Pace
from runtime.organizations.calls import PAGE_ATTEMPTS, Unlistable, read_page
from runtime.process.errors import TransientError
from runtime.process.log import Log
from runtime.services.admin_api import AdminApi

# One pass each: 100 is the service's most, and with another size the boundaries lie elsewhere, those of the PARTS too
# into which a page is taken apart.
PAGE_SIZES = (100, 90, 80, 70, 60)
PARTS = 10
# More records that cannot be listed are no longer single bad ones.
MOST_UNLISTABLE = 50
AGAIN = "run org-sync-all again"


def hash_slug(slug: str) -> int:
    """64 bits that are the same in every process: they decide the shard."""
    return int.from_bytes(blake2b(slug.encode("utf-8", "surrogatepass"), digest_size=8).digest())


class Listing:
    """Pages come newest first and shift while organizations come and go; those of one moment have no order at all.

    The listing is whole once as many organizations as `total` says came in passes of one state of the list: neither the
    total nor the first page has changed. What that leaves out is one that goes and an old one that comes back further
    on, between the same two pages; the next run syncs it. `unlistable` are positions (from 0) that the last pass could
    not list.
    """

    def __init__(self, api: AdminApi, pace: Pace, log: Log, shard: int, shards: int) -> None:
        self._api = api
        self._pace = pace
        self._log = log
        self._shard = shard
        self._shards = shards
        self._listed: set[str] = set()
        # Listed before the last change; some of them may be gone.
        self._earlier: set[str] = set()
        # Positions that were unlistable in any pass: they are asked for once, and alone.
        self._known: set[int] = set()
        self.unlistable: set[int] = set()
        self._pages = 0
        # The first page when the listing of those that count began, and how many there were.
        self._first: tuple[str, ...] = ()
        self._first_total = 0
        self.seen = 0
        self.total = 0

    @property
    def own_unlistable(self) -> list[int]:
        """The numbers (from 1) of the records that this shard accounts for: each is counted once over all shards."""
        return [position + 1 for position in sorted(self.unlistable) if position % self._shards == self._shard]

    def __iter__(self) -> Iterator[str]:
        """Raises TransientError if not all could be listed; those that were have been yielded."""
        for number, size in enumerate(PAGE_SIZES, start=1):
            steady = yield from self._list_once(size)
            missing = self._count_missing()
            if steady and not missing:
                return
            self._log.info("list_again", passes=number, total=self.total, missing=missing)
        raise TransientError(
            f"{missing} of {self.total} organizations did not come in {len(PAGE_SIZES)} passes over the list"
            if missing and self._listed
            else f"the list of organizations changed during each of {len(PAGE_SIZES)} passes: some may be missing",
            AGAIN,
        )

    def _count_missing(self) -> int:
        return max(self.total - len(self._listed) - len(self.unlistable), 0)

    def _list_once(self, size: int) -> Generator[str, None, bool]:
        """Returns whether the list has held still since the first of those that count was listed."""
        self.unlistable.clear()
        self._pages = 0
        first = self._read(1, size)
        if not self._first:
            self._first, self._first_total = first, self.total
        number = 1
        yield from self._select(first)
        # By the total alone: the list has said that it ends although it went on.
        while number * size < self.total:
            number += 1
            yield from self._select(self._read(number, size))
        if self._pages == 1:
            return True
        # All of the page: one that is suspended and an old one that is active again leave total and newest alike. Of
        # one size in all passes: those of one moment come in another order with another.
        first = self._read(1, PAGE_SIZES[0])
        steady = (first, self.total) == (self._first, self._first_total)
        if not steady:
            self._first, self._first_total = first, self.total
            self._earlier |= self._listed
            self._listed.clear()
        return steady

    def _read(self, number: int, size: int) -> tuple[str, ...]:
        """The slugs of a page; in PARTS and then in ones if the service cannot list it, or could not before."""
        start = (number - 1) * size
        known = any(start <= position < start + size for position in self._known)
        if size == 1 or not known:
            try:
                page = read_page(self._api, number, size, self._pace, attempts=1 if known else PAGE_ATTEMPTS)
                self.total = page.total
                self._pages += 1
                return page.slugs
            except Unlistable as error:
                if size == 1:
                    self._note_unlistable(start, error)
                    return ()
        part = max(size // PARTS, 1)
        slugs: list[str] = []
        for position in range(start, start + size, part):
            if position < self.total or not self.total:
                slugs += self._read(position // part + 1, part)
        return tuple(slugs)

    def _note_unlistable(self, position: int, error: Unlistable) -> None:
        self.unlistable.add(position)
        self._known.add(position)
        self._log.warning("record_unlistable", record=position + 1, reason=error.problem)
        if len(self.unlistable) > MOST_UNLISTABLE:
            raise TransientError(f"more than {MOST_UNLISTABLE} records of the list cannot be listed", AGAIN) from error

    def _select(self, slugs: tuple[str, ...]) -> Iterator[str]:
        for slug in slugs:
            if slug in self._listed:
                continue
            self._listed.add(slug)
            if slug not in self._earlier and hash_slug(slug) % self._shards == self._shard:
                self.seen += 1
                yield slug
