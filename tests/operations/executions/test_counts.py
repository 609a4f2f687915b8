"""Counts are shown in English."""

from __future__ import annotations

import pytest

from operations.executions.counts import format_counts


@pytest.mark.parametrize(
    ("counts", "told"),
    [
        ({"orgs_created": 1, "orgs_skipped": 0}, "1 org created, 0 orgs skipped"),
        ({"tables_created": 30.0, "columns_added": 1.0}, "1 column added, 30 tables created"),
        ({"errors": 1}, "1 error"),
        ({"applied": 0, "already": 10}, "10 applied before, 0 applied"),
        ({"synced": 1, "deleted": 2}, "2 deleted, 1 synced"),
        ({"synced": "many"}, "many synced"),
        ({}, ""),
    ],
)
def test_one_of_a_thing_is_no_plural(counts: dict[str, object], told: str) -> None:
    """And what was applied before this run is said to have been."""
    assert told == format_counts(counts)
