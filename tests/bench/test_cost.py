"""The cost of a month, from the catalog and the list prices."""

from __future__ import annotations

import pytest

from bench import prices
from bench.cost import count_ticks, measure
from bench.sharding import describe, divide
from runtime.config.catalog import load_catalog
from runtime.config.cron import Cron


def test_an_instance_is_billed_for_a_minute_at_least() -> None:
    """A job of a second costs what one of a minute costs."""
    minute = 60 * (prices.VCPU_SECOND + 0.5 * prices.GIB_SECOND)
    assert pytest.approx(minute) == prices.price_instances(1.0, 1, 1.0, 0.5)
    assert pytest.approx(20 * minute) == prices.price_instances(120.0, 10, 1.0, 0.5)


@pytest.mark.parametrize(("cron", "ticks"), [("0 1 * * *", 30.4), ("5 0 1 * *", 1.0)])
def test_ticks_a_month(cron: str, ticks: float) -> None:
    """Daily and monthly jobs."""
    assert ticks == count_ticks(Cron(cron))


def test_every_job_of_the_catalog_is_in_the_table() -> None:
    """A ninth job is priced without being told."""
    text = measure()
    assert [job.name for job in load_catalog().jobs if f"| {job.name} |" not in text] == []


@pytest.mark.parametrize("tasks", [1, 2, 3, 8])
def test_shards_hold_all_organizations(tasks: int) -> None:
    """None twice, none missing, about as many each."""
    shards = divide(tasks)
    assert sum(shards.values()) == 20_000
    assert max(shards.values()) < 1.1 * 20_000 / tasks


@pytest.mark.parametrize(("seconds", "text"), [(750, "12 min"), (3600, "60 min"), (7500, "2.1 h"), (750_000, "9 days")])
def test_durations_are_written_as_people_say_them(seconds: float, text: str) -> None:
    """The table is for deciding, not for calculating."""
    assert text == describe(seconds)
