"""As many threads are inside as the limit says; whoever may pass is woken, and none waits for ever."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from runtime.organizations.adaptive_limit import AdaptiveLimit
from runtime.organizations.limit import Gate
from runtime.process.clock import Clock

PATIENCE_SECONDS = 30.0


class HeldClock(Clock):
    """A sleeper sleeps until it is told to wake."""

    __slots__ = ("asleep", "wake")

    def __init__(self) -> None:
        self.asleep = threading.Event()
        self.wake = threading.Event()

    def sleep(self, seconds: float) -> None:
        self.asleep.set()
        assert self.wake.wait(PATIENCE_SECONDS)


@contextmanager
def started(*steps: Callable[[], None]) -> Iterator[list[threading.Thread]]:
    threads = [threading.Thread(target=step, daemon=True) for step in steps]
    for thread in threads:
        thread.start()
    yield threads
    for thread in threads:
        thread.join(PATIENCE_SECONDS)
        assert not thread.is_alive()


def retry(gate: Gate, order: list[str]) -> None:
    with gate:
        gate.sleep(1.0)
        order.append("retried")


def test_no_more_threads_than_the_limit_are_inside_and_all_get_in() -> None:
    """Those inside stay until the limit is full, so that a gate that lets more in is seen to."""
    gate, full, lock = Gate(AdaptiveLimit(2), Clock()), threading.Barrier(2), threading.Lock()
    inside: set[int] = set()
    peaks: list[int] = []

    def enter() -> None:
        with gate:
            with lock:
                inside.add(threading.get_ident())
                peaks.append(len(inside))
            full.wait(PATIENCE_SECONDS)
            with lock:
                inside.remove(threading.get_ident())

    with started(*[enter] * 8):
        pass
    assert (len(peaks), max(peaks)) == (8, 2)


def test_an_error_inside_makes_room_again() -> None:
    """Else the gate would close for good."""
    gate = Gate(AdaptiveLimit(1), Clock())
    for _ in range(2):
        with pytest.raises(ZeroDivisionError), gate:
            raise ZeroDivisionError


def test_who_waits_for_a_retry_makes_room_and_queues_again() -> None:
    """The only place is another's while it sleeps, and its own only when the other has left."""
    clock, order = HeldClock(), list[str]()
    gate, entered, leave = Gate(AdaptiveLimit(1), clock), threading.Event(), threading.Event()

    def enter() -> None:
        assert clock.asleep.wait(PATIENCE_SECONDS)
        with gate:
            entered.set()
            assert leave.wait(PATIENCE_SECONDS)
            order.append("other left")

    with started(lambda: retry(gate, order), enter):
        assert entered.wait(PATIENCE_SECONDS)
        clock.wake.set()
        leave.set()
    assert order == ["other left", "retried"]


def test_in_an_outage_no_other_organization_is_begun() -> None:
    """The next one is let in when the one that met the outage is through with it, or an answer arrives."""
    clock, order = HeldClock(), []
    gate = Gate(AdaptiveLimit(8), clock)

    def meet_outage() -> None:
        with gate:
            gate.observe(clock.monotonic(), None)
            gate.sleep(1.0)
            order.append("given up")

    def enter() -> None:
        assert clock.asleep.wait(PATIENCE_SECONDS)
        clock.wake.set()
        with gate:
            order.append("begun")

    with started(meet_outage, enter, enter):
        pass
    assert order == ["given up", "begun", "begun"]


def test_an_answer_ends_the_outage_for_all_who_wait() -> None:
    """Without anybody leaving: a lost wake-up would leave them standing."""
    clock, begun = HeldClock(), threading.Barrier(3)
    gate = Gate(AdaptiveLimit(8), clock)

    def meet_outage() -> None:
        with gate:
            gate.observe(clock.monotonic(), 503)
            gate.sleep(1.0)
            gate.observe(clock.monotonic(), 200)
            begun.wait(PATIENCE_SECONDS)

    def enter() -> None:
        assert clock.asleep.wait(PATIENCE_SECONDS)
        clock.wake.set()
        with gate:
            begun.wait(PATIENCE_SECONDS)

    with started(meet_outage, enter, enter):
        pass


def test_nobody_is_left_waiting_while_the_limit_moves() -> None:
    """Thousands of passes, among them overloads and retries, until all are through."""
    gate, passes = Gate(AdaptiveLimit(6), Clock()), []

    def work(offset: int) -> None:
        for number in range(300):
            with gate:
                status = 429 if (number + offset) % 7 == 0 else 200
                gate.observe(Clock().monotonic(), status)
                if status == 429:
                    gate.sleep(0.0)
            passes.append(number)

    with started(*[lambda offset=offset: work(offset) for offset in range(8)]):
        pass
    assert len(passes) == 8 * 300


def test_a_thread_keeps_its_place_while_there_is_room() -> None:
    """Another one's turn comes when it leaves: handing over at each organization would wake a thread for each."""
    gate, order, waiting = Gate(AdaptiveLimit(1), Clock()), [], threading.Event()

    def work() -> None:
        with gate:
            waiting.set()
            for number in range(100):
                order.append(number)
                gate.again()

    def wait() -> None:
        assert waiting.wait(PATIENCE_SECONDS)
        with gate:
            order.append(-1)

    with started(work, wait):
        pass
    assert [*range(100), -1] == order


def test_who_comes_back_for_a_retry_goes_ahead_of_the_next_organization() -> None:
    """Its few attempts would otherwise end before the others are through."""
    clock, order = HeldClock(), list[str]()
    gate = Gate(AdaptiveLimit(1), clock)

    def work() -> None:
        assert clock.asleep.wait(PATIENCE_SECONDS)
        with gate:
            clock.wake.set()
            # Organization after organization.
            while not order:
                gate.again()

    with started(lambda: retry(gate, order), work):
        pass
    assert ["retried"] == order
