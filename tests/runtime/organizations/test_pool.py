"""Threads do all of the work or say why not; none is left waiting."""

from __future__ import annotations

import threading
from _thread import LockType, get_ident, start_new_thread
from collections.abc import Callable, Iterator
from queue import SimpleQueue

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import runtime.organizations.pool
from runtime.organizations.limit import ConcurrencyLimiter, Stopped, StopSignal
from runtime.organizations.pool import GRACE_SECONDS, WorkerPool
from runtime.process.clock import Clock
from runtime.process.errors import TransientError
from tests.support.virtual_clock import VirtualClock


def admit(most: int, clock: Clock | None = None) -> ConcurrencyLimiter:
    clock = clock or VirtualClock()
    return ConcurrencyLimiter(most, clock, StopSignal(clock))


def run(
    items: Iterator[str], work: Callable[[str], None], size: int = 1, may_start: Callable[[], bool] = lambda: True
) -> WorkerPool:
    pool = WorkerPool(admit(size), work, may_start)
    pool.run(items, size, VirtualClock(), lambda: None)
    return pool


@settings(max_examples=25)
@given(st.integers(0, 700), st.integers(1, 16))
def test_every_item_is_worked_on_once(count: int, size: int) -> None:
    """Even if there are more than the queue holds, or fewer than threads."""
    done: list[str] = []
    pool = run((str(number) for number in range(count)), done.append, size)
    assert sorted(done, key=int) == [str(number) for number in range(count)]
    assert (pool.error, pool.stopped) == (None, False)


@pytest.mark.parametrize("size", [1, 8])
@pytest.mark.parametrize("count", [3, 1000])
def test_what_the_work_raises_ends_the_run_and_is_kept(size: int, count: int) -> None:
    """Any error is known by the time that run returns; the rest is not begun."""
    begun: list[str] = []

    def work(item: str) -> None:
        begun.append(item)
        raise ZeroDivisionError(item)

    pool = run((str(number) for number in range(count)), work, size)
    assert isinstance(pool.error, ZeroDivisionError)
    assert pool.stopped
    assert 1 <= len(begun) <= size


@pytest.mark.parametrize("size", [1, 8])
@pytest.mark.parametrize("after", [0, 5, 500])
def test_what_the_source_raises_ends_the_run_and_is_kept(size: int, after: int) -> None:
    """A list that broke off must not pass for a short one."""

    def source() -> Iterator[str]:
        yield from map(str, range(after))
        raise ZeroDivisionError

    pool = run(source(), lambda _: None, size)
    assert isinstance(pool.error, ZeroDivisionError)
    assert pool.stopped


def test_what_the_source_raises_is_known_before_a_thread_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    """The thread that lists is held up behind the word that ends the others: they must not end the run as done."""
    lister, returned = list[int](), threading.Event()

    class Queue(SimpleQueue[str | None]):
        def put(self, item: str | None, block: bool = True, timeout: float | None = None) -> None:
            super().put(item, block, timeout)
            if item is None and get_ident() in lister:
                assert returned.wait(30)

    def source() -> Iterator[str]:
        lister.append(get_ident())
        yield "a"
        raise ZeroDivisionError

    monkeypatch.setattr(runtime.organizations.pool, "SimpleQueue", Queue)
    pool = run(source(), lambda _: None, 2)
    returned.set()
    assert isinstance(pool.error, ZeroDivisionError)


def test_who_waits_for_the_listing_holds_no_place() -> None:
    """A page may take minutes; a retry that waits for room meanwhile would wait for nothing."""
    limiter, first, entered, worked = admit(1), threading.Event(), threading.Event(), list[str]()

    def enter() -> None:
        with limiter:
            entered.set()

    def source() -> Iterator[str]:
        yield "a"
        assert first.wait(30)
        threading.Thread(target=enter).start()
        assert entered.wait(30)
        yield "b"

    def work(item: str) -> None:
        worked.append(item)
        first.set()

    WorkerPool(limiter, work, lambda: True).run(source(), 1, VirtualClock(), lambda: None)
    assert worked == ["a", "b"]


def test_nothing_is_begun_once_time_is_short() -> None:
    """What is in flight is finished; that is no error."""
    done: list[str] = []
    pool = run(map(str, range(500)), done.append, may_start=lambda: len(done) < 7)
    assert (len(done), pool.error, pool.stopped) == (7, None, True)


def test_time_is_looked_at_behind_the_limit() -> None:
    """A service that became slow lets one in at a time; the wait for that may use up the time."""
    short, done = threading.Event(), []

    def work(item: str) -> None:
        done.append(item)
        short.set()

    pool = WorkerPool(admit(1), work, lambda: not short.is_set())
    pool.run(map(str, range(4)), 4, VirtualClock(), lambda: None)
    assert (len(done), pool.stopped) == (1, True)


def test_progress_is_reported_every_ten_seconds() -> None:
    """Of the clock, while there is work."""
    clock, reports, go = VirtualClock(), [], threading.Event()
    started = clock.moment
    clock.meanwhile = [lambda: None, lambda: None, go.set]

    def work(_: str) -> None:
        go.wait(30)

    pool = WorkerPool(admit(1), work, lambda: True)
    pool.run(iter("x"), 1, clock, lambda: reports.append(clock.moment - started))
    assert reports == [10.0, 20.0, 30.0]


def test_an_error_ends_the_waits_of_all_others() -> None:
    """Threads in back-off send nothing more, and none begins."""
    clock, ended = Clock(), list[type[BaseException]]()
    limiter, waiting = admit(2, clock), threading.Event()

    def work(item: str) -> None:
        if item != "a":
            assert waiting.wait(30)
            raise ZeroDivisionError
        try:
            limiter.observe(0.0, 500)
            waiting.set()
            limiter.sleep(3600.0)
        except Stopped as stop:
            ended.append(type(stop))
            raise

    pool = WorkerPool(limiter, work, lambda: True)
    pool.run(iter("abcdefg"), 2, clock, lambda: None)
    assert isinstance(pool.error, ZeroDivisionError)
    assert ended == [Stopped]


def test_what_hangs_after_an_error_is_left_behind() -> None:
    """It is waited for a few seconds, and not until its deadline."""
    clock, hangs, go = VirtualClock(), threading.Event(), threading.Event()
    waits: list[float] = []

    class Impatient(VirtualClock):
        def wait(self, lock: LockType, seconds: float) -> bool:
            waits.append(seconds)
            return lock.acquire() if len(waits) == 1 else False

    def work(item: str) -> None:
        if item == "a":
            hangs.set()
            assert go.wait(30)
        else:
            assert hangs.wait(30)
            raise ZeroDivisionError

    pool = WorkerPool(admit(2, clock), work, lambda: True)
    pool.run(iter("ab"), 2, Impatient(), lambda: None)
    go.set()
    assert isinstance(pool.error, ZeroDivisionError)
    assert waits[-1] == GRACE_SECONDS


@pytest.mark.parametrize("threads", [1, 2, 5])
def test_fewer_threads_do_all_of_the_work(threads: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """One lists, the others sync; a container may permit only some."""
    monkeypatch.setattr(runtime.organizations.pool, "start_new_thread", permit(threads))
    done: list[str] = []
    if threads == 1:
        with pytest.raises(TransientError, match="no thread can be started: can't start new thread"):
            run(iter("abc"), done.append, 8)
    else:
        assert run(iter("abc"), done.append, 8).error is None
        assert sorted(done) == ["a", "b", "c"]


def permit(threads: int) -> Callable[..., int]:
    started: list[int] = []

    def start(*arguments: object) -> int:
        started.append(1)
        if len(started) > threads:
            raise RuntimeError("can't start new thread")
        return start_new_thread(*arguments)  # type: ignore[call-overload, no-any-return]

    return start


def test_it_works_on_the_real_clock() -> None:
    """Whose wait ends as soon as the work does."""
    pool = WorkerPool(admit(2), lambda _: None, lambda: True)
    pool.run(iter("ab"), 2, Clock(), lambda: None)
    assert not pool.stopped
