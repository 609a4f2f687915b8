"""org-sync-all: under any fault, every organization is synced, named, or counted as left."""

from __future__ import annotations

from collections import Counter
from itertools import count
from random import Random

from runtime.organizations.calls import SYNC_ATTEMPTS
from runtime.organizations.listing import MOST_UNLISTABLE, PAGE_SIZES, PARTS, hash_slug
from tests.campaigns.faulty_transport import FaultyTransport
from tests.campaigns.run import CampaignRun
from tests.campaigns.scenarios.platform import Platform

# A run with more pages costs as much as ten with one.
SIZES = (0, 1, 5, 9, 9, 9, 9, 9, 9, 230)
# Three pages and the first one again, in each pass; and pages that are taken apart, into parts and ones.
MOST_PAGES = len(PAGE_SIZES) * 5 + 20 * (MOST_UNLISTABLE + 1)
SLUGS = ("org_{n}", "org {n}", "örg/{n}", "..{n}", "org%2F{n}", "o;DROP--{n}")


def play(platform: Platform, seed: str) -> None:
    """A platform whose organizations come, go and fail while they are listed; one to eight requests at once."""
    random = Random(f"org-sync {seed}")
    platform.begin(random)
    state, size = platform.state, random.choice(SIZES)
    if random.random() < 0.97:
        state.bootstrap()
    pattern = SLUGS[0] if size > 20 else random.choice(SLUGS)
    state.add_organizations(*(pattern.format(n=number) for number in range(size)))
    for slug in random.sample(sorted(state.organizations), size // 9):
        state.organizations[slug].sync_errors = ["Failed to create x: 403"]
    for slug in random.sample(sorted(state.organizations), size // 9 if random.random() < 0.3 else 0):
        state.organizations[slug].default_currency = None
    if random.random() < 0.2:
        for each in state.organizations.values():
            each.created_at = 0
    state.last_page = random.choice((None, None, 1))
    shards = 8 if size > 20 else 1
    numbers = count(1)

    def come_and_go(name: str, chance: Random) -> None:
        # Not among records that are asked for one by one: what moves between two of them is found by the next run.
        moves = all(each.default_currency for each in state.organizations.values())
        if name.startswith("GET /api/v1/organizations") and moves and chance.random() < 0.15:
            # Not by how many there are: one of that name may have come before, and would be made anew, unsynced.
            state.add_organizations(f"new_{next(numbers)}")
            state.organizations.pop(chance.choice(sorted(state.organizations)))

    transport = FaultyTransport(seed, platform.clock, before=come_and_go)
    shard = random.randrange(shards)
    tasks = {"CLOUD_RUN_TASK_COUNT": str(shards), "CLOUD_RUN_TASK_INDEX": str(shard)}
    concurrency = str(random.randint(1, 8))
    run = platform.run(transport, "org-sync-all", **tasks, ORG_SYNC_CONCURRENCY=concurrency)
    unlistable = sum(each.default_currency is None for each in state.organizations.values())
    _check_requests(run, _count_pages(len(state.organizations)) if unlistable else MOST_PAGES)
    own = {slug for slug in state.organizations if hash_slug(slug) % shards == shard}
    _check_organizations({slug for slug in own if not state.organizations[slug].synced}, run, unlistable)


def _count_pages(organizations: int) -> int:
    """The most that is read in five passes, each page, part and record once, and all of the first page again."""
    return sum(
        -(-listed // size) + -(-listed // (size // PARTS)) + listed
        for size in PAGE_SIZES
        for listed in (organizations, min(organizations, size))
    )


def _check_requests(run: CampaignRun, most_pages: int) -> None:
    syncs = [each for each in run.sent if each.name.startswith("POST")]
    attempts = Counter(each.call for each in syncs if each.trouble not in ("too_many", "not_sent"))
    assert max(attempts.values(), default=0) <= SYNC_ATTEMPTS
    assert len({each.call for each in syncs}) == len({each.name for each in syncs}), (
        "an organization was synced in two calls"
    )
    pages = {each.call for each in run.sent if each.name.startswith("GET /api/v1/organizations")}
    assert len(pages) <= most_pages


def _check_organizations(unsynced: set[str], run: CampaignRun, unlistable: int) -> None:
    named = {line["org_slug"] for line in run.log.lines if "org_slug" in line}
    counts = run.summary["counts"]
    if run.exit_status == 0:
        assert run.log.events("organization_failed") == []
        assert unsynced <= named, f"done, and neither synced nor named: {unsynced - named}"
    elif counts.get("failed") and "left" not in counts:
        counted = counts["failed"] - len(run.log.events("organization_failed"))
        assert counted >= 0
        # Of records that cannot be listed the number is all that is known: a shard counts those of its positions, and
        # in a list of one moment one record may stand at two of them, in the place of another.
        assert len(unsynced - named) <= max(counted, unlistable), (
            f"neither synced, named nor counted: {unsynced - named}"
        )
    else:
        assert run.summary["error"]
        assert not any(counts.values()) or counts["left"] >= 0
