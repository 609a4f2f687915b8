"""Organizations wait between listing and syncing, neither too many of them nor one too long."""

from __future__ import annotations

import threading
from collections.abc import Callable

from hypothesis import given, settings
from hypothesis import strategies as st

from runtime.organizations.backlog import LEAST, MOST, Backlog

PATIENCE_SECONDS = 30.0


def in_thread(work: Callable[[], object]) -> threading.Thread:
    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    return thread


def finish(*threads: threading.Thread) -> None:
    for thread in threads:
        thread.join(PATIENCE_SECONDS)
        assert not thread.is_alive()


def fill(backlog: Backlog, count: int) -> None:
    for number in range(count):
        assert backlog.put(str(number))


def test_first_in_first_out() -> None:
    """The newest organizations are listed first, and synced first."""
    backlog = Backlog()
    fill(backlog, MOST)
    backlog.end()
    assert [backlog.take() for _ in range(MOST)] == [str(number) for number in range(MOST)]
    assert backlog.take() is None


def test_a_full_one_is_filled_again_when_a_page_is_left() -> None:
    """Not at each organization that is taken: that would wake the listing thread as often as the service answers."""
    backlog, taken = Backlog(), threading.Event()
    fill(backlog, MOST)
    moments: list[bool] = []

    def put() -> None:
        backlog.put("last")
        moments.append(taken.is_set())

    thread = in_thread(put)
    for _ in range(MOST - LEAST - 1):
        backlog.take()
    taken.set()
    backlog.take()
    finish(thread)
    assert [True] == moments


def test_the_end_reaches_everybody_who_waits() -> None:
    """Those who would take, and the one who would put."""
    empty, full = Backlog(), Backlog()
    fill(full, MOST)
    answers: list[bool] = []
    threads = [in_thread(lambda: answers.append(empty.wait())) for _ in range(3)]
    threads.append(in_thread(lambda: answers.append(full.put("one more"))))
    empty.end()
    full.end(drop=True)
    finish(*threads)
    assert [False] * 4 == answers


def test_what_is_dropped_is_not_taken() -> None:
    """A run that has to stop begins nothing else."""
    backlog = Backlog()
    fill(backlog, 5)
    backlog.end(drop=True)
    assert not backlog.wait()
    assert backlog.take() is None


def test_what_is_listed_after_the_end_is_not_taken() -> None:
    """The thread that lists learns of the end with its next organization, which is not to be begun any more."""
    backlog = Backlog()
    backlog.end(drop=True)
    assert not backlog.put("late")
    assert not backlog.wait()
    assert backlog.take() is None


@settings(max_examples=20)
@given(st.integers(0, 3 * MOST), st.integers(1, 8))
def test_everything_comes_through_once(count: int, takers: int) -> None:
    """Whoever is faster."""
    backlog, taken = Backlog(), list[str]()

    def take() -> None:
        while backlog.wait():
            taken.extend(filter(None, [backlog.take()]))

    threads = [in_thread(take) for _ in range(takers)]
    fill(backlog, count)
    backlog.end()
    finish(*threads)
    assert sorted(map(str, range(count))) == sorted(taken)
