"""All that the admin API knows."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from sandbox.admin_api.limits import SlidingWindow
from sandbox.admin_api.meta_tables import MetaDataset
from sandbox.admin_api.organizations import Organization
from sandbox.admin_api.quotas import QuotaTable

ROOT_KEY = "sandbox-root-key"
# The front end's limit: it answers 504, and the handler goes on.
FRONT_END_SECONDS = 300.0


class VirtualTime:
    """A clock that stands still until it is moved."""

    def __init__(self, moment: datetime) -> None:
        self.moment = moment

    def __call__(self) -> datetime:
        return self.moment

    def advance(self, seconds: float) -> None:
        """Moves on."""
        self.moment += timedelta(seconds=seconds)


@dataclass(frozen=True, slots=True)
class Notification:
    """A message that somebody got. The same one twice on a day is a mistake that cannot be taken back."""

    organization: str
    alert_type: str


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(slots=True)
class AdminState:
    """The service. Without a `key` it is not configured; `quota_prefix` is this version's path of the quota calls.

    `latency` delays requests by their path's longest matching prefix, in seconds; `bigquery` says whether BigQuery can
    be reached. `violations` collects what no client of ours may send although the service takes it.

    `reset_seconds` is what making the day's rows takes by the clock `now`, on which `sleep` waits. The list says that
    `last_page` is its last, even if more come after it, and shows nothing on its `empty_pages`.
    """

    key: str | None = ROOT_KEY
    now: Callable[[], datetime] = _now
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    quota_prefix: str = "/quota"
    latency: dict[str, float] = field(default_factory=dict)
    bigquery: bool = True
    maintenance: bool = False
    reset_seconds: float = 0.0
    last_page: int | None = None
    empty_pages: set[int] = field(default_factory=set)
    unfinished: list[tuple[float, Callable[[], None]]] = field(default_factory=list)
    cached_status: tuple[float, dict[str, Any]] | None = None
    meta: MetaDataset = field(default_factory=MetaDataset)
    organizations: dict[str, Organization] = field(default_factory=dict)
    quota: QuotaTable = field(default_factory=QuotaTable)
    notifications: list[Notification] = field(default_factory=list)
    violations: list[str] = field(default_factory=list)
    all_calls: SlidingWindow = field(default_factory=lambda: SlidingWindow(10_000))
    bootstrap_calls: SlidingWindow = field(default_factory=lambda: SlidingWindow(2))
    sync_calls: SlidingWindow = field(default_factory=lambda: SlidingWindow(5))

    @property
    def bootstrapped(self) -> bool:
        """Whether the dataset exists and holds every meta table."""
        return self.meta.tables is not None and not self.meta.missing_tables()

    def bootstrap(self) -> None:
        """Sets up the meta tables, as an installation has them that runs already."""
        self.meta.sync(tables=True, columns=True)

    def add_organizations(self, *slugs: str) -> None:
        """Adds active organizations; the last one is the newest."""
        newest = max((each.created_at for each in self.organizations.values()), default=0)
        self.organizations.update(
            {slug: Organization(slug, created_at=newest + age) for age, slug in enumerate(slugs, start=1)}
        )

    def import_organizations(self, slugs: Iterable[str]) -> None:
        """Adds active organizations of one and the same moment: each page puts them in a different order."""
        self.organizations.update({slug: Organization(slug) for slug in slugs})

    def finish_work(self) -> None:
        """Does what handlers had left to do when the front end gave up on them, as far as its time has come."""
        now = self.now().timestamp()
        for each in [each for each in self.unfinished if each[0] <= now]:
            self.unfinished.remove(each)
            each[1]()

    async def work(self, seconds: float, effect: Callable[[], None]) -> bool:
        """Waits so long, then has the effect; False if the front end did not wait for it."""
        if seconds <= FRONT_END_SECONDS:
            if seconds:
                await self.sleep(seconds)
            effect()
            return True
        self.unfinished.append((self.now().timestamp() + seconds, effect))
        await self.sleep(FRONT_END_SECONDS)
        return False

    def active_slugs(self) -> list[str]:
        """The organizations that the scheduled work is for."""
        return [each.slug for each in self.organizations.values() if each.active]

    def describe(self) -> dict[str, Any]:
        """The state as JSON can say it."""
        return {
            "bootstrapped": self.bootstrapped,
            "tables": sorted(self.meta.tables or {}),
            "organizations": {
                each.slug: {"status": each.status, "synced": each.synced, "syncs": each.syncs}
                for each in self.organizations.values()
            },
            "quota": [
                {"org_slug": slug, "day": str(day), **asdict(row)} for (slug, day), row in self.quota.rows.items()
            ],
            "quota_doubled": [{"org_slug": slug, "day": str(day)} for slug, day in self.quota.doubled],
            "notifications": [asdict(each) for each in self.notifications],
            "violations": self.violations,
        }
