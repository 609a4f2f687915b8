"""Threads do all of the work or say why not; none is left waiting."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import nullcontext

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runtime.organizations.adaptive_limit import AdaptiveLimit
from runtime.organizations.backlog import Backlog
from runtime.organizations.limit import Gate
from runtime.organizations.pool import Crew
from runtime.process.clock import Clock
from tests.support.virtual_clock import VirtualClock


class Open(nullcontext[None]):
    """No gate: anybody may begin at any time."""

    def again(self) -> None:
        """At once."""


def run(
    items: Iterator[str], work: Callable[[str], None], size: int = 1, may_start: Callable[[], bool] = lambda: True
) -> Crew:
    crew = Crew(items, work, Open(), may_start)
    crew.run(size, VirtualClock(), lambda: None)
    return crew


@settings(max_examples=25)
@given(st.integers(0, 700), st.integers(1, 16))
def test_every_item_is_worked_on_once(count: int, size: int) -> None:
    """Also where there are more than the queue holds, or fewer than threads."""
    done: list[str] = []
    crew = run((str(number) for number in range(count)), done.append, size)
    assert sorted(done, key=int) == [str(number) for number in range(count)]
    assert (crew.error, crew.stopped) == (None, False)


@pytest.mark.parametrize("size", [1, 8])
@pytest.mark.parametrize("count", [3, 1000])
def test_what_the_work_raises_ends_the_run_and_is_kept(size: int, count: int) -> None:
    """It is known by the time that run returns, whatever it is; the rest is not begun."""
    begun: list[str] = []

    def work(item: str) -> None:
        begun.append(item)
        raise ZeroDivisionError(item)

    crew = run((str(number) for number in range(count)), work, size)
    assert isinstance(crew.error, ZeroDivisionError)
    assert crew.stopped
    assert 1 <= len(begun) <= size


@pytest.mark.parametrize("size", [1, 8])
@pytest.mark.parametrize("after", [0, 5, 500])
def test_what_the_source_raises_ends_the_run_and_is_kept(size: int, after: int) -> None:
    """A list that broke off must not pass for a short one."""

    def source() -> Iterator[str]:
        yield from map(str, range(after))
        raise ZeroDivisionError

    crew = run(source(), lambda _: None, size)
    assert isinstance(crew.error, ZeroDivisionError)
    assert crew.stopped


def test_the_end_of_a_broken_list_is_announced_after_its_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever finds the list at its end has to find the error there too."""
    seen: list[BaseException | None] = []
    end = Backlog.end

    def watch(backlog: Backlog, *, drop: bool = False) -> None:
        seen.append(crew.error)
        end(backlog, drop=drop)

    def source() -> Iterator[str]:
        raise ZeroDivisionError
        yield ""

    monkeypatch.setattr(Backlog, "end", watch)
    crew = Crew(source(), lambda _: None, Open(), lambda: True)
    crew.run(1, VirtualClock(), lambda: None)
    assert seen
    assert [type(error) for error in seen] == [ZeroDivisionError] * len(seen)


def test_who_waits_for_the_listing_leaves_its_turn_to_others() -> None:
    """A page may take minutes; a retry that waits for room meanwhile would wait for nothing."""
    left, worked = threading.Event(), list[str]()

    class Watched(Open):
        def __exit__(self, *_: object) -> None:
            left.set()

    def source() -> Iterator[str]:
        yield "a"
        assert left.wait(30)
        yield "b"

    Crew(source(), worked.append, Watched(), lambda: True).run(1, VirtualClock(), lambda: None)
    assert worked == ["a", "b"]


def test_nothing_is_begun_once_time_is_short() -> None:
    """What is in flight is finished; that is no error."""
    done: list[str] = []
    crew = run(map(str, range(500)), done.append, may_start=lambda: len(done) < 7)
    assert (len(done), crew.error, crew.stopped) == (7, None, True)


def test_time_is_looked_at_behind_the_gate() -> None:
    """A service that became slow lets one in at a time; the wait for that may use up the time."""
    short, done = threading.Event(), []
    gate = Gate(AdaptiveLimit(1), VirtualClock())

    def work(item: str) -> None:
        done.append(item)
        short.set()

    crew = Crew(map(str, range(4)), work, gate, lambda: not short.is_set())
    crew.run(4, VirtualClock(), lambda: None)
    assert (len(done), crew.stopped) == (1, True)


def test_progress_is_reported_every_ten_seconds() -> None:
    """Of the clock, while there is work."""
    clock, reports, go = VirtualClock(), [], threading.Event()
    started = clock.moment
    clock.meanwhile = [lambda: None, lambda: None, go.set]

    def work(_: str) -> None:
        go.wait(30)

    crew = Crew(iter("x"), work, Open(), lambda: True)
    crew.run(1, clock, lambda: reports.append(clock.moment - started))
    assert reports == [10.0, 20.0, 30.0]


def test_it_works_on_the_real_clock() -> None:
    """Whose wait ends as soon as the work does."""
    crew = Crew(iter("ab"), lambda _: None, Open(), lambda: True)
    crew.run(2, Clock(), lambda: None)
    assert not crew.stopped
