"""What became of the organizations: FR-SJ-002.3."""

from __future__ import annotations

import threading

from runtime.organizations.tally import NAMED_FAILURES, Tally
from runtime.process.log import TEXT_LIMIT


def test_the_first_twenty_failures_are_named_and_all_are_counted() -> None:
    """A summary line has an end."""
    tally = Tally()
    for number in range(25):
        tally.add_failed(f"org_{number}: no")
    assert tally.failures == [f"org_{number}: no" for number in range(20)]
    assert (NAMED_FAILURES, tally.counts["failed"], tally.finished) == (20, 25, 25)


def test_long_reasons_leave_room_for_every_name() -> None:
    """A proxy's page for each of them must not push the last ones out of the summary line."""
    tally = Tally()
    for number in range(25):
        tally.add_failed(f"org_{number}: " + "<html>" * 100)
    named = tally.named()
    assert [f"org_{number}: <html>" in named for number in range(20)] == [True] * 20
    assert named.endswith("...; and 5 more")
    assert len(named) < TEXT_LIMIT - 100


def test_no_count_is_lost_between_threads() -> None:
    """Eight of them report at once."""

    def work() -> None:
        for _ in range(500):
            tally.add(synced=1, tables_created=2, columns_added=3)
            tally.add(skipped=1)
            tally.add_failed("x: no")

    tally = Tally()
    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert tally.counts == {
        "synced": 4000,
        "skipped": 4000,
        "failed": 4000,
        "tables_created": 8000,
        "columns_added": 12000,
    }
