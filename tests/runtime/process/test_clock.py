"""Work without a limit gets one."""

from __future__ import annotations

import threading

import pytest

from runtime.process.clock import Clock
from runtime.process.errors import TransientError


def test_result_comes_through() -> None:
    """What the work returns is returned."""
    assert Clock().call_within(30.0, lambda: 42) == 42


def test_error_comes_through() -> None:
    """What the work raises is raised, the very same object."""
    error = KeyError("x")

    def fail() -> None:
        raise error

    with pytest.raises(KeyError) as caught:
        Clock().call_within(30.0, fail)
    assert caught.value is error


@pytest.mark.parametrize("seconds", [0.0, -5.0])
def test_work_that_does_not_end_is_left_behind(seconds: float) -> None:
    """The caller goes on when the time is up, even if it was up before."""
    end = threading.Event()
    with pytest.raises(TimeoutError, match="not done within"):
        Clock().call_within(seconds, lambda: end.wait(30.0))
    end.set()


def test_without_a_thread_the_work_may_be_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    """Another run may find one: 75 and not a defect of the job."""

    def refuse(*_arguments: object) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr("runtime.process.clock.start_new_thread", refuse)
    with pytest.raises(TransientError, match="this machine has no thread left: can't start new thread"):
        Clock().call_within(30.0, lambda: 42)


def test_caller_stays_in_its_own_thread() -> None:
    """The work runs elsewhere, so that a signal handler of the main thread is never kept waiting by it."""
    assert Clock().call_within(30.0, threading.get_ident) != threading.get_ident()
