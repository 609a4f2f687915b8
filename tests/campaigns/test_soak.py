"""The soak itself, in small: what `make soak` finds at a hundred thousand organizations it also finds at a few."""

from __future__ import annotations

import pytest

from sandbox.admin_api import AdminState
from tests.campaigns import soak


def test_every_organization_of_every_shard_is_synced_or_named() -> None:
    """FR-SJ-002.3, with two requests in a hundred that fail; no shard is empty and memory stays within its bound."""
    shards = soak.soak(300, 3)
    assert [shard.counts["synced"] > 50 for shard in shards] == [True] * 3


def test_an_organization_that_is_lost_is_found() -> None:
    """One that is neither synced nor named fails the soak."""
    state = AdminState()
    state.add_organizations("org_a")
    counts = {"synced": 1, "failed": 0}
    with pytest.raises(AssertionError, match=r"neither synced nor named: \['org_a'\]"):
        soak.check_shards(state, [soak.Shard(0, counts, set(), 1)])


def test_memory_beyond_the_bound_is_found() -> None:
    """30 MB for 10,000 organizations, 16 bytes for each further one."""
    ended = [soak.Shard(0, {"synced": 0, "failed": 0}, set(), soak.BASE_BYTES + 1)]
    with pytest.raises(AssertionError, match="30000000 allowed"):
        soak.check_shards(AdminState(), ended)
