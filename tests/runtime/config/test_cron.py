"""When triggers fire, compared with looking at every minute: FR-SJ-003, FR-SJ-004.1."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from operations.inventory.ticks import next_after
from runtime.config.catalog import load_catalog
from runtime.config.cron import RANGES, Cron

MINUTE = timedelta(minutes=1)
SCHEDULES = {
    "quota-reset": "2026-11-24T00:00",
    "quota-cleanup": "2026-11-24T01:00",
    "stale-cleanup": "2026-11-24T02:00",
    "alerts": "2026-11-24T08:00",
    "quota-monthly": "2026-12-01T00:05",
}


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def test_the_catalogs_triggers_fire_when_the_requirements_say() -> None:
    """FR-SJ-003.1 to .4 and FR-SJ-004.1, from Monday noon on."""
    noon = at("2026-11-23T12:00")
    crons = {job.name: job.cron for job in load_catalog().jobs if job.cron}
    assert {name: at(text) for name, text in SCHEDULES.items()} == {
        name: next_after(cron, noon) for name, cron in crons.items()
    }


@pytest.mark.parametrize(
    ("text", "moment", "following", "latest"),
    [
        ("5 0 1 * *", "2026-12-01T00:05", "2027-01-01T00:05", "2026-12-01T00:05"),
        ("0 0 29 2 *", "2097-01-01T00:00", "2104-02-29T00:00", "2096-02-29T00:00"),
        ("59 23 31 12 *", "2026-12-31T23:58", "2026-12-31T23:59", "2025-12-31T23:59"),
        ("0 9 13 * 5", "2026-11-13T09:00", "2026-11-20T09:00", "2026-11-13T09:00"),
        ("0 9 * * 7", "2026-11-23T00:00", "2026-11-29T09:00", "2026-11-22T09:00"),
        ("*/20 6-8/2 * * *", "2026-11-23T06:40", "2026-11-23T08:00", "2026-11-23T06:40"),
        ("50/5 1,3 * * *", "2026-11-23T01:55", "2026-11-23T03:50", "2026-11-23T01:55"),
    ],
)
def test_the_next_tick_is_after_and_the_last_at_or_before(text: str, moment: str, following: str, latest: str) -> None:
    """Across months, years, leap days; both day fields restricted mean either; Sunday is 0 and 7."""
    cron = Cron(text)
    assert (at(following), at(latest)) == (next_after(cron, at(moment)), cron.last_before(at(moment)))


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("0 0 * *", "has 4 fields, not 5"),
        ("", "has 0 fields, not 5"),
        ("@daily", "has 1 fields, not 5"),
        ("60 0 * * *", "cron minute '60' is outside 0 to 59"),
        ("0 24 * * *", "cron hour '24' is outside 0 to 23"),
        ("0 0 0 * *", "cron day of month '0' is outside 1 to 31"),
        ("0 0 * 13 *", "cron month '13' is outside 1 to 12"),
        ("0 0 * * 8", "cron day of week '8' is outside 0 to 7"),
        ("9-5 0 * * *", "cron minute '9-5' is outside 0 to 59"),
        ("*/0 0 * * *", "cron minute '*/0' is outside 0 to 59"),
        ("-5 0 * * *", "cron minute '-5' is not a number, list, range or step"),
        ("1, 0 * * *", "cron minute '1,' is not a number, list, range or step"),
        ("²  0 * * *", "cron minute '²' is not a number, list, range or step"),
        ("0 0 * JAN *", "cron month 'JAN' is not a number, list, range or step"),
        ("0 0 30 2 *", "cron '0 0 30 2 *' never fires"),
        ("0 0 31 2,4,6 *", "cron '0 0 31 2,4,6 *' never fires"),
    ],
)
def test_a_bad_expression_is_refused_by_its_field(text: str, problem: str) -> None:
    """What Cloud Scheduler would refuse, or never fire."""
    with pytest.raises(ValueError, match=r".*") as caught:
        Cron(text)
    assert problem in str(caught.value)


def parts(low: int, high: int) -> st.SearchStrategy[str]:
    number = st.integers(low, high)
    span = st.tuples(number, number).map(lambda pair: f"{min(pair)}-{max(pair)}")
    stepped = st.tuples(span | st.just("*") | number.map(str), st.integers(1, high)).map("{0[0]}/{0[1]}".format)
    return st.lists(number.map(str) | span | stepped, min_size=1, max_size=3).map(",".join)


def expand(field: str, low: int, high: int) -> set[int]:
    chosen = set()
    for part in field.split(","):
        span, _, step = part.partition("/")
        first, _, last = span.partition("-")
        start = low if span == "*" else int(first)
        end = int(last) if last else high if span == "*" or step else start
        chosen |= {value for value in range(start, end + 1) if not (value - start) % int(step or 1)}
    return chosen


def read(text: str) -> Callable[[datetime], bool]:
    """Whether it fires at a moment: the definition, read off crontab(5)."""
    fields = text.split()
    minute, hour, day, month, weekday = (
        expand(field, low, high) for field, (_, low, high) in zip(fields, RANGES, strict=True)
    )

    def fires(moment: datetime) -> bool:
        by_date, by_weekday = moment.day in day, bool({moment.isoweekday() % 7, moment.isoweekday()} & weekday)
        days = by_date or by_weekday if "*" not in (fields[2], fields[4]) else by_date and by_weekday
        return moment.minute in minute and moment.hour in hour and days and moment.month in month

    return fires


@settings(max_examples=40, deadline=None)
@given(
    *(st.just("*") | parts(low, high) for _, low, high in RANGES[:3]),
    st.just("*") | parts(0, 7),
    st.datetimes(datetime(2023, 1, 1), datetime(2029, 1, 1), timezones=st.just(UTC)),
)
def test_ticks_are_those_of_brute_force(minute: str, hour: str, day: str, weekday: str, moment: datetime) -> None:
    """No minute between the last and the next tick fires, and both of them do; looked at minute by minute."""
    text = f"{minute} {hour} {day} * {weekday}"
    cron, fires = Cron(text), read(text)
    start = moment.replace(second=0, microsecond=0)
    following, latest = next_after(cron, moment), cron.last_before(moment)
    near = [start + MINUTE * offset for offset in range(-1500, 1501)]
    expected = [tick for tick in near if fires(tick)]
    assert [tick for tick in expected if tick > moment][:1] == [following][: following <= near[-1]]
    assert [tick for tick in expected if tick <= moment][-1:] == [latest][: latest >= near[0]]
    assert latest <= moment < following
    assert fires(following)
    assert fires(latest)
