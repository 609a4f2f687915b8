"""The active organizations of a shard, streamed page by page, each once."""

from __future__ import annotations

from runtime.organizations.slug_set import SlugSet, hash_slug
from runtime.process.errors import TransientError, UnexpectedAnswer
from runtime.services.admin_api import PAGE_SIZE, AdminApi

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from runtime.process.log import Log
    from runtime.services.admin_answers import OrganizationPage

# A listing takes seconds, organizations come and go by the day: more passes than this never settle.
MAX_PASSES = 5


class Listing:
    """Pages come newest first and shift while organizations come and go, so that a pass may miss some.

    A pass during which neither the total nor the first page changed counts as whole; after any other the pages are
    listed again. What that leaves out is one that goes and an old one that comes back further on, between the same two
    pages; a second pass each time would find it, and cost every task all pages again. The next run syncs it.
    """

    __slots__ = ("_api", "_log", "_seen", "_shard", "_shards", "total")

    def __init__(self, api: AdminApi, log: Log, shard: int, shards: int) -> None:
        self._api = api
        self._log = log
        self._shard = shard
        self._shards = shards
        self._seen = SlugSet()
        self.total = 0

    @property
    def seen(self) -> int:
        """How many organizations of this shard were yielded."""
        return len(self._seen)

    def __iter__(self) -> Iterator[str]:
        """Raises TransientError where the list does not hold still."""
        for number in range(1, MAX_PASSES + 1):
            settled = yield from self._list_once()
            if settled:
                return
            self._log.info("list_again", passes=number, total=self.total)
        raise TransientError(
            f"the list of organizations changed during each of {MAX_PASSES} passes: some may be missing",
            "run org-sync-all again",
        )

    def _list_once(self) -> Generator[str, None, bool]:
        """Returns whether the list held still."""
        first = page = self._api.organizations(1)
        number, steady = 1, True
        while True:
            self.total = page.total
            steady = steady and page.total == first.total
            yield from self._select(page.slugs)
            if not page.has_next:
                break
            if not page.slugs or number > page.total // PAGE_SIZE + PAGE_SIZE:
                raise UnexpectedAnswer(f"the list of organizations has no end: page {number} of {page.total} names")
            number += 1
            page = self._api.organizations(number)
        return steady and (number == 1 or self._is_unchanged(first))

    def _is_unchanged(self, first: OrganizationPage) -> bool:
        # All of the page: one that is suspended and an old one that is active again leave total and newest alike.
        page = self._api.organizations(1)
        return (page.total, page.slugs) == (first.total, first.slugs)

    def _select(self, slugs: tuple[str, ...]) -> Iterator[str]:
        for slug in slugs:
            slug_hash = hash_slug(slug)
            if slug_hash % self._shards == self._shard and self._seen.add(slug_hash):
                yield slug
