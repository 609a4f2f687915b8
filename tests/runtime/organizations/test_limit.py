"""As many threads are inside as the limit says; a thread that may enter is woken, and none waits for ever."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from runtime.organizations.limit import ConcurrencyLimiter, Stopped, StopSignal
from runtime.process.clock import Clock

TIMEOUT_SECONDS = 30.0


class HeldClock(Clock):
    """A sleeper sleeps until it is told to wake."""

    __slots__ = ("asleep", "wake")

    def __init__(self) -> None:
        self.asleep = threading.Event()
        self.wake = threading.Event()

    def sleep_until(self, event: threading.Event, seconds: float) -> None:
        self.asleep.set()
        assert self.wake.wait(TIMEOUT_SECONDS)


class TellingCondition(threading.Condition):
    """Tells of each wait that begins."""

    waiting: threading.Semaphore

    def wait(self, timeout: float | None = None) -> bool:
        self.waiting.release()
        return super().wait(timeout)


def make(most: int, clock: Clock) -> ConcurrencyLimiter:
    return ConcurrencyLimiter(most, clock, StopSignal(clock))


@contextmanager
def started(*steps: Callable[[], None]) -> Iterator[list[threading.Thread]]:
    threads = [threading.Thread(target=step, daemon=True) for step in steps]
    for thread in threads:
        thread.start()
    yield threads
    for thread in threads:
        thread.join(TIMEOUT_SECONDS)
        assert not thread.is_alive()


def retry(limiter: ConcurrencyLimiter, order: list[str]) -> None:
    with limiter:
        limiter.sleep(1.0)
        order.append("retried")


def test_no_more_threads_than_the_limit_are_inside_and_all_get_in() -> None:
    """Those inside stay until the limit is full, so that a limiter that lets more in is seen to."""
    limiter, full, lock = make(2, Clock()), threading.Barrier(2), threading.Lock()
    inside: set[int] = set()
    peaks: list[int] = []

    def enter() -> None:
        with limiter:
            with lock:
                inside.add(threading.get_ident())
                peaks.append(len(inside))
            full.wait(TIMEOUT_SECONDS)
            with lock:
                inside.remove(threading.get_ident())

    with started(*[enter] * 8):
        pass
    assert (len(peaks), max(peaks)) == (8, 2)


def test_an_error_inside_makes_room_again() -> None:
    """Else the limiter would close for good."""
    limiter = make(1, Clock())
    for _ in range(2):
        with pytest.raises(ZeroDivisionError), limiter:
            raise ZeroDivisionError


def test_who_waits_for_a_retry_makes_room_and_queues_again() -> None:
    """The only place is another's while it sleeps, and its own only when the other has left."""
    clock, order = HeldClock(), list[str]()
    limiter, entered, leave = make(1, clock), threading.Event(), threading.Event()

    def enter() -> None:
        assert clock.asleep.wait(TIMEOUT_SECONDS)
        with limiter:
            entered.set()
            assert leave.wait(TIMEOUT_SECONDS)
            order.append("other left")

    with started(lambda: retry(limiter, order), enter):
        assert entered.wait(TIMEOUT_SECONDS)
        clock.wake.set()
        leave.set()
    assert order == ["other left", "retried"]


def test_in_an_outage_no_other_organization_is_begun() -> None:
    """The next one is let in when the one that met the outage is through with it, or an answer arrives."""
    clock, order = HeldClock(), []
    limiter = make(8, clock)

    def meet_outage() -> None:
        with limiter:
            limiter.observe(clock.monotonic(), None)
            limiter.sleep(1.0)
            order.append("given up")

    def enter() -> None:
        assert clock.asleep.wait(TIMEOUT_SECONDS)
        clock.wake.set()
        with limiter:
            order.append("begun")

    with started(meet_outage, enter, enter):
        pass
    assert order == ["given up", "begun", "begun"]


def test_an_answer_ends_the_outage_for_all_who_wait() -> None:
    """Without anybody leaving: a lost wake-up would leave them standing."""
    clock, begun = HeldClock(), threading.Barrier(3)
    limiter = make(8, clock)

    def meet_outage() -> None:
        with limiter:
            limiter.observe(clock.monotonic(), 503)
            limiter.sleep(1.0)
            limiter.observe(clock.monotonic(), 200)
            begun.wait(TIMEOUT_SECONDS)

    def enter() -> None:
        assert clock.asleep.wait(TIMEOUT_SECONDS)
        clock.wake.set()
        with limiter:
            begun.wait(TIMEOUT_SECONDS)

    with started(meet_outage, enter, enter):
        pass


def test_in_an_outage_room_goes_to_a_retry_behind_one_that_may_not_begin(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first in the queue must not begin: woken alone, it would wait again, and the retry behind it for ever."""
    monkeypatch.setattr("runtime.organizations.limit.Condition", TellingCondition)
    clock, order, waiting = HeldClock(), list[str](), threading.Semaphore(0)
    monkeypatch.setattr(TellingCondition, "waiting", waiting, raising=False)
    limiter, full = make(1, clock), threading.Event()

    def meet_outage() -> None:
        assert clock.asleep.wait(TIMEOUT_SECONDS)
        with limiter:
            full.set()
            assert waiting.acquire(timeout=TIMEOUT_SECONDS)
            clock.wake.set()
            assert waiting.acquire(timeout=TIMEOUT_SECONDS)
            limiter.observe(clock.monotonic(), None)

    def enter() -> None:
        assert full.wait(TIMEOUT_SECONDS)
        with limiter:
            order.append("begun")

    with started(lambda: retry(limiter, order), meet_outage, enter):
        pass
    assert order == ["retried", "begun"]


def test_nobody_is_left_waiting_while_the_limit_moves() -> None:
    """Thousands of passes, among them overloads and retries, until all are through."""
    limiter, passes = make(6, Clock()), []

    def work(offset: int) -> None:
        for number in range(300):
            with limiter:
                status = 429 if (number + offset) % 7 == 0 else 200
                limiter.observe(Clock().monotonic(), status)
                if status == 429:
                    limiter.sleep(0.0)
            passes.append(number)

    with started(*[lambda offset=offset: work(offset) for offset in range(8)]):
        pass
    assert len(passes) == 8 * 300


def test_a_stop_ends_every_wait() -> None:
    """Of those who wait for a retry, and of those who wait for room; nobody enters any more."""
    limiter, ended = make(1, Clock()), list[str]()
    asleep, inside = threading.Event(), threading.Event()

    def retry_for_hours() -> None:
        try:
            with limiter:
                asleep.set()
                limiter.sleep(3600.0)
        except Stopped:
            ended.append("retry")

    def hold() -> None:
        assert asleep.wait(TIMEOUT_SECONDS)
        with limiter:
            inside.set()
            assert stopped.wait(TIMEOUT_SECONDS)

    def enter() -> None:
        assert inside.wait(TIMEOUT_SECONDS)
        with pytest.raises(Stopped), limiter:
            pass
        ended.append("entry")

    stopped = threading.Event()
    with started(retry_for_hours, hold, enter):
        assert inside.wait(TIMEOUT_SECONDS)
        limiter.stop()
        stopped.set()
    assert sorted(ended) == ["entry", "retry"]
    with pytest.raises(Stopped), limiter:
        pass


def test_the_signal_alone_ends_calls_that_no_limit_holds() -> None:
    """The listing's: it waits for no retry and sends no other page."""
    signal = StopSignal(Clock())
    signal.observe(0.0, 200)
    signal.set()
    with pytest.raises(Stopped):
        signal.sleep(3600.0)
    with pytest.raises(Stopped):
        signal.observe(0.0, 200)
