"""Concurrency yields when the service is slow or failing, and comes back slowly (contract section 1)."""

from __future__ import annotations

import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtime.organisations.adaptive_limit import AdaptiveLimit


def test_it_begins_with_all() -> None:
    """A healthy service is not kept waiting."""
    assert AdaptiveLimit(8).limit == 8.0


def test_it_halves_when_the_service_is_overloaded_and_never_stops() -> None:
    """Multiplicative decrease, down to one request at a time."""
    limit, seen = AdaptiveLimit(8), []
    for _ in range(5):
        limit.observe(1.0, overloaded=True)
        seen.append(limit.limit)
    assert seen == [4.0, 2.0, 1.0, 1.0, 1.0]


def test_it_grows_by_about_one_for_each_round_of_requests() -> None:
    """Additive increase, up to what was asked for."""
    limit = AdaptiveLimit(4)
    limit.observe(1.0, overloaded=True)
    for _ in range(2):
        limit.observe(1.0, overloaded=False)
    assert limit.limit == pytest.approx(2.9)
    for _ in range(20):
        limit.observe(1.0, overloaded=False)
    assert limit.limit == 4.0


@given(st.integers(1, 64), st.lists(st.booleans()))
def test_it_stays_within_its_bounds(most: int, overloads: list[bool]) -> None:
    """Whatever it observes."""
    limit = AdaptiveLimit(most)
    for overloaded in overloads:
        limit.observe(0.1, overloaded)
        assert 1.0 <= limit.limit <= most


def test_no_more_threads_than_the_limit_are_inside_and_all_get_in() -> None:
    """Those inside stay until the limit is full, so that a gate that lets more in is seen to."""
    limit, full, lock = AdaptiveLimit(4), threading.Barrier(2), threading.Lock()
    inside: set[int] = set()
    peaks: list[int] = []
    limit.observe(1.0, overloaded=True)

    def enter() -> None:
        with limit:
            with lock:
                inside.add(threading.get_ident())
                peaks.append(len(inside))
            full.wait(30)
            with lock:
                inside.remove(threading.get_ident())

    threads = [threading.Thread(target=enter) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(peaks), max(peaks)) == (8, 2)


def test_an_error_inside_makes_room_again() -> None:
    """Else the gate would close for good."""
    limit = AdaptiveLimit(1)
    for _ in range(2):
        with pytest.raises(ZeroDivisionError), limit:
            raise ZeroDivisionError
